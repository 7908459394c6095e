import { useLocation, useSearchParams } from 'wouter';
import { useQuery } from '../../state/query.ts';
import { useHref, usePair } from '../../state/current.ts';
import { Select } from '../../ui/Select.tsx';

export const usePolicies = () =>
  useQuery({
    key: ['policies'],
    ask: (client, signal) => client.policies.list(undefined, { signal }),
    on: ['settings', 'workspace'],
  });

/** The policy that judges what is shown; the address carries it, so facts of one scan can be read by any policy. */
export function PolicyPicker() {
  const policies = usePolicies();
  const [path, navigate] = useLocation();
  const [params] = useSearchParams();
  const href = useHref();
  const { usual } = usePair();
  const value = params.get('policy') ?? usual;
  const known = policies.data ?? [];
  return (
    <Select
      look="quiet"
      label="Policy"
      value={value}
      onChange={(policy) => navigate(href(path, { ...rest(params), policy: policy === usual ? undefined : policy }))}
      choices={[
        ...(known.some((policy) => policy.name === value) ? [] : [{ value, label: value }]),
        ...known.map((policy) => ({ value: policy.name, label: `${policy.name} (${policy.rules})` })),
      ]}
    />
  );
}

/** What else the address says stays as it is. */
const rest = (params: URLSearchParams): Record<string, readonly string[]> =>
  Object.fromEntries([...new Set(params.keys())].map((name) => [name, params.getAll(name)]));
