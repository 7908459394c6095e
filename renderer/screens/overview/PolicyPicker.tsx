import { useLocation, useSearchParams } from 'wouter';
import { useQuery } from '../../state/query.ts';
import { useSettings } from '../../state/settings.ts';
import { useHref } from '../../state/current.ts';
import './policy-picker.css';

export const usePolicies = () => useQuery({ key: ['policies'], ask: (client, signal) => client.policies.list(undefined, { signal }), on: ['settings'] });

/** The policy that judges what is shown; the address carries it, so facts of one scan can be read by any policy. */
export function PolicyPicker() {
  const policies = usePolicies();
  const settings = useSettings();
  const [path, navigate] = useLocation();
  const [params] = useSearchParams();
  const href = useHref();
  const usual = settings.data?.policy ?? 'default';
  const value = params.get('policy') ?? usual;
  const known = policies.data ?? [];
  return (
    <select
      className="policy-picker"
      aria-label="Policy"
      value={value}
      onChange={(event) => navigate(href(path, { policy: event.target.value === usual ? undefined : event.target.value }))}
    >
      {known.some((policy) => policy.name === value) ? null : <option value={value}>{value}</option>}
      {known.map((policy) => (
        <option key={policy.name} value={policy.name}>
          {policy.name} ({policy.rules})
        </option>
      ))}
    </select>
  );
}
