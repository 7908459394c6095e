import type { WorkspaceView } from '#core/api/workspace.ts';
import type { Current } from '../../state/current.ts';
import { useWorkspace } from '../../state/workspace.ts';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Problem, Skeleton } from '../../ui/states.tsx';
import { copy } from '../../ui/toast.tsx';
import { Bindings } from './Bindings.tsx';
import { CriteriaForm } from './CriteriaForm.tsx';
import { Feedback } from './Feedback.tsx';
import { Guide } from './Guide.tsx';
import { Environments, Products, SourceEntries, Teams } from './Lists.tsx';
import './workspace.css';

/** Who is who, which policy governs what, what counts as evidence: the workspace's files, edited in place. */
export function Workspace({ current }: { readonly current: Current }) {
  const workspace = useWorkspace(current.run?.id);
  if (workspace.error !== undefined) return <Problem screen error={workspace.error} onRetry={workspace.refetch} />;
  if (workspace.data === undefined) {
    return (
      <div className="screen">
        <Skeleton />
      </div>
    );
  }
  const view = workspace.data;
  return (
    <div className="screen">
      <div className="workspace">
        <header className="policies-head">
          <h1>Workspace</h1>
          <Folder view={view} />
        </header>
        <Problems view={view} />
        <Guide steps={view.steps} />
        {/* A part that was saved, or changed outside, begins anew. */}
        <div className="workspace-parts" key={view.hash}>
          <Teams view={view} />
          <Products view={view} />
          <Environments view={view} />
          <SourceEntries view={view} known={current.sources} />
          <Bindings view={view} run={current.run} />
          <CriteriaForm view={view} />
        </div>
        <Feedback run={current.run} />
      </div>
    </div>
  );
}

function Folder({ view }: { readonly view: WorkspaceView }) {
  return (
    <span className="muted small workspace-folder">
      <code className="break">{safe(view.folder)}</code>
      <Button
        look="quiet"
        small
        icon="copy"
        aria-label="Copy the path of the folder"
        onClick={() => void copy(view.folder, 'Path copied')}
      />
      {view.exists ? (
        view.git === undefined ? null : (
          <span>
            git {safe(view.git.branch ?? 'without a branch')}
            {view.git.changed === 0 ? ', nothing to commit' : `, ${plural(view.git.changed, 'file')} to commit`}
          </span>
        )
      ) : (
        <span>is made when something is saved; a git repository may be used instead</span>
      )}
      <span>as {safe(view.author)}</span>
    </span>
  );
}

function Problems({ view }: { readonly view: WorkspaceView }) {
  if (view.problems.length === 0) return null;
  const errors = view.problems.filter((problem) => problem.severity === 'error').length;
  return (
    <section className={errors > 0 ? 'notice notice-bad' : 'notice notice-warn'} aria-label="Problems of files">
      <div>
        <h2>
          {errors > 0 ? plural(errors, 'file cannot be used', 'files cannot be used') : plural(view.problems.length, 'remark')}
        </h2>
        <ul className="workspace-problems small">
          {view.problems.map((problem) => (
            <li key={`${problem.file} ${problem.path} ${problem.message}`}>
              <code>
                {safe(problem.file)}
                {problem.line === undefined ? '' : `:${problem.line}`}
              </code>{' '}
              {problem.path === '' ? '' : `${safe(problem.path)} `}
              {safeLine(problem.message)}
              {problem.next === undefined ? '' : ` ${safeLine(problem.next)}`}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
