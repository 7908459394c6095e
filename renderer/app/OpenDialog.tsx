import { useState } from 'react';
import { useSession } from '../state/session.ts';
import { Button, Segments } from '../ui/controls.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Dialog } from '../ui/overlays.tsx';
import { useFrame } from './frame-store.ts';
import { useStartScan } from './use-scan.ts';

/** A folder of manifests or a snapshot file, named by its path: the host reads it, the page cannot. */
export function OpenDialog() {
  const open = useFrame((state) => state.dialog === 'open');
  const close = useFrame((state) => state.close);
  const choose = useSession((state) => state.choose);
  const start = useStartScan();
  const [type, setType] = useState<'folder' | 'snapshot'>('folder');
  const [path, setPath] = useState('');
  const target = { type, path: path.trim() } as const;
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Open a folder or snapshot"
      foot={
        <>
          <Button
            disabled={target.path === ''}
            onClick={() => {
              choose({ type: 'target', target });
              close();
            }}
          >
            Only choose
          </Button>
          <Button look="primary" type="submit" form="open-form" disabled={target.path === ''}>
            Scan it
          </Button>
        </>
      }
    >
      <form
        id="open-form"
        className="open-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (target.path === '') return;
          close();
          void start(target);
        }}
      >
        <Segments
          label="What to open"
          value={type}
          onChange={setType}
          choices={[
            { value: 'folder', label: 'Folder of manifests' },
            { value: 'snapshot', label: 'Snapshot file' },
          ]}
        />
        <label className="field">
          <Icon name={type === 'folder' ? 'folder' : 'cube'} />
          <span className="sr-only">Path on this machine</span>
          <input
            value={path}
            onChange={(event) => setPath(event.target.value)}
            placeholder={type === 'folder' ? '/home/me/deploy' : '/home/me/harbour.plimsoll.gz'}
            spellCheck={false}
            autoComplete="off"
          />
        </label>
        <p className="muted small">
          {type === 'folder'
            ? 'All YAML and JSON files below it are read as the API server would read them. Nothing is contacted.'
            : 'A snapshot holds a cluster as it was, without its secrets. Nothing is contacted.'}
        </p>
      </form>
    </Dialog>
  );
}
