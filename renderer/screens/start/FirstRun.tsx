import type { z } from 'zod';
import type { kubeContext } from '#core/api/scans.ts';
import { useFrame } from '../../app/frame-store.ts';
import { useAppInfo, useContexts } from '../../app/SourceSwitcher.tsx';
import { useStartScan } from '../../app/use-scan.ts';
import { Button, Name } from '../../ui/controls.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { safe } from '../../ui/safe-text.ts';
import { Empty, Problem, Skeleton } from '../../ui/states.tsx';

type Context = z.infer<typeof kubeContext>;

/** Nothing was ever scanned: the contexts of the kubeconfig, or what was looked for; the sample and a folder always. */
export function FirstRun() {
  const contexts = useContexts();
  const info = useAppInfo();
  const open = useFrame((state) => state.open);
  const start = useStartScan();
  if (contexts.error !== undefined) return <Problem screen error={contexts.error} onRetry={contexts.refetch} />;
  if (contexts.data === undefined) {
    return (
      <div className="screen">
        <Skeleton rows={1} />
      </div>
    );
  }
  const { contexts: found, looked, problems } = contexts.data;
  const others = (primary: boolean) => (
    <>
      {info.data?.sample === true ? (
        <Button look={primary ? 'primary' : 'plain'} onClick={() => void start({ type: 'sample' })}>
          Try the sample
        </Button>
      ) : null}
      <Button icon="folder" onClick={() => open('open')}>
        Open a folder or snapshot…
      </Button>
    </>
  );
  return (
    <div className="screen">
      <div className="start">
        {problems.map((problem) => (
          <div key={`${problem.where} ${problem.what}`} className="notice notice-bad">
            <Problem error={problem} onRetry={contexts.refetch} />
          </div>
        ))}
        {found.length === 0 ? (
          <section className="panel">
            <Empty alone icon="cube" title="No kubeconfig found" acts={others(true)}>
              <p>Plimsoll reads clusters through kubeconfig files and looked in these places:</p>
              <ul className="start-looked">
                {looked.map((place) => (
                  <li key={place}>
                    <code>{safe(place)}</code>
                  </li>
                ))}
              </ul>
              <p className="muted small">Nothing is contacted before you choose.</p>
            </Empty>
          </section>
        ) : (
          <>
            <div>
              <h1>Choose what to scan</h1>
              <p className="second">Choosing a context scans it. Plimsoll only reads, and contacts nothing but its API server.</p>
            </div>
            <section className="panel" aria-labelledby="contexts">
              <header className="panel-head">
                <h2 id="contexts">Contexts of the kubeconfig</h2>
              </header>
              <ul className="start-list">
                {found.map((context) => (
                  <ContextLine key={`${context.file} ${context.name}`} context={context} />
                ))}
              </ul>
            </section>
            <div className="acts">{others(false)}</div>
          </>
        )}
      </div>
    </div>
  );
}

function ContextLine({ context }: { readonly context: Context }) {
  const start = useStartScan();
  return (
    <li>
      <button type="button" className="start-context" onClick={() => void start({ type: 'context', context: context.name })}>
        <Icon name="cube" />
        <Name text={context.name} className="strong" />
        <span className="mono">{safe(context.server)}</span>
        <span className="muted small">{context.current ? 'current' : ''}</span>
      </button>
    </li>
  );
}
