import type { PolicyPage } from '#core/api/policies.ts';
import { Button, Segments } from '../../ui/controls.tsx';
import { safe } from '../../ui/safe-text.ts';
import { annotationWaiversOf, withAnnotationWaivers, type Draft } from './draft.ts';
import { Field } from './fields.tsx';

/** Whether who writes an object may let it off a rule in the cluster as in a scan, by an annotation. */
export function AnnotationWaivers({
  page,
  draft,
  editable,
  onDraft,
}: {
  readonly page: PolicyPage;
  readonly draft: Draft;
  readonly editable: boolean;
  readonly onDraft: (draft: Draft) => void;
}) {
  const said = page.exportAnnotationWaivers;
  const { value, isOwn } = annotationWaiversOf(draft, said);
  const [, parent] = page.chain;
  const origin = isOwn ? 'own' : parent === undefined ? 'the default' : `from ${safe(parent)}`;
  return (
    <section className="panel" aria-label="Waivers by annotation">
      <header className="panel-head">
        <h2>Waivers by annotation</h2>
      </header>
      <div className="policies-setting">
        <p className="second small">
          Whoever writes an object can waive a rule for it by an annotation: <code>plimsoll.dev/waive.&lt;rule&gt;</code>, or
          Datree&apos;s <code>datree.skip/&lt;KEY&gt;</code>. Scans always heed it.
        </p>
        <fieldset disabled={!editable}>
          <Field
            name="In clusters"
            origin={origin}
            note={
              value
                ? 'Nobody else has to agree: an annotation is enough to get past a rule that denies.'
                : 'An object that a scan counts as waived is refused in a cluster, unless a waiver of the workspace covers it.'
            }
          >
            <Segments
              label="Waivers by annotation in a cluster"
              value={value ? 'heeded' : 'ignored'}
              onChange={(choice) => onDraft(withAnnotationWaivers(draft, said, choice === 'heeded'))}
              choices={[
                { value: 'ignored', label: 'ignored' },
                { value: 'heeded', label: 'heeded too' },
              ]}
            />
          </Field>
          {isOwn && editable ? (
            <Button small onClick={() => onDraft(withAnnotationWaivers(draft, said, undefined))}>
              Back to what is inherited
            </Button>
          ) : null}
        </fieldset>
      </div>
    </section>
  );
}
