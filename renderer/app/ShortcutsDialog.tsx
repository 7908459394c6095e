import { Dialog } from '../ui/overlays.tsx';
import { useFrame } from './frame-store.ts';
import { KEYS } from './keys.ts';
import { shown } from './shortcuts.ts';

export function ShortcutList() {
  return (
    <div className="keys-grid">
      {KEYS.map((group) => (
        <section key={group.title}>
          <h3>{group.title}</h3>
          <dl>
            {group.keys.map((entry) => (
              <KeyLine key={entry.does} keys={entry.keys} does={entry.does} />
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

function KeyLine({ keys, does }: { readonly keys: readonly string[]; readonly does: string }) {
  return (
    <>
      <dt>
        {keys.map((key, index) => (
          <span key={key}>
            {index === 0 ? '' : ' '}
            <kbd>{shown(key)}</kbd>
          </span>
        ))}
      </dt>
      <dd>{does}</dd>
    </>
  );
}

export function ShortcutsDialog() {
  const open = useFrame((state) => state.dialog === 'shortcuts');
  const close = useFrame((state) => state.close);
  return (
    <Dialog open={open} onClose={close} title="Keyboard" reading>
      <ShortcutList />
    </Dialog>
  );
}
