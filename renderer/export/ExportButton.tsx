import { useState } from 'react';
import { hasVerdicts } from '#core/model.ts';
import { Button } from '../ui/controls.tsx';
import { ExportDialog, type ExportProps } from './ExportDialog.tsx';

/** Opens the Export dialog of a scan; a run that did not come to its end has nothing to tell. */
export function ExportButton({ small = false, ...rest }: ExportProps & { readonly small?: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        look={small ? 'quiet' : 'plain'}
        small={small}
        icon="file"
        aria-haspopup="dialog"
        disabled={!hasVerdicts(rest.run)}
        onClick={() => setOpen(true)}
      >
        Export…
      </Button>
      {open ? <ExportDialog {...rest} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
