import type { ReactNode } from 'react';
import type { AppError } from '#core/model.ts';
import { Button } from './controls.tsx';
import { Icon, type IconName } from './Icon.tsx';
import { safeLine } from './safe-text.ts';
import { copy } from './toast.tsx';
import './states.css';

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  readonly acts?: ReactNode;
  readonly fill?: boolean;
  /** Stands alone: its title is the screen's. */
  readonly alone?: boolean;
}

/** Nothing to show, why, and the next act. */
export function Empty({ icon, title, children, acts, fill = false, alone = false }: EmptyProps) {
  const Title = alone ? 'h1' : 'h2';
  return (
    <div className={fill ? 'state state-fill' : 'state'}>
      <Icon name={icon} size={28} />
      <Title className="panel-title">{title}</Title>
      {children}
      {acts === undefined ? null : <div className="acts">{acts}</div>}
    </div>
  );
}

const asText = (error: AppError): string =>
  `${error.what}\ncode: ${error.code}\nwhere: ${error.where}\nwhy: ${error.why}\nnext: ${error.next}\n`;

/** What happened, where, why and what to do next; the whole of it can be copied. */
export function Problem({
  error,
  onRetry,
  acts,
  screen = false,
}: {
  readonly error: AppError;
  readonly onRetry?: () => void;
  readonly acts?: ReactNode;
  readonly screen?: boolean;
}) {
  const Title = screen ? 'h1' : 'h2';
  return (
    <div className={screen ? 'problem problem-screen' : 'problem'} role="alert">
      <Icon name="warning" />
      <div>
        <Title className="panel-title">{safeLine(error.what)}</Title>
        <p className="second">{safeLine(error.why)}</p>
        <dl className="facts">
          <dt>Where</dt>
          <dd className="mono">{safeLine(error.where)}</dd>
          <dt>What next</dt>
          <dd>{safeLine(error.next)}</dd>
        </dl>
        <div className="acts">
          {onRetry === undefined ? null : (
            <Button look="primary" onClick={onRetry}>
              Retry
            </Button>
          )}
          {acts}
          <Button look="quiet" icon="copy" onClick={() => void copy(asText(error), 'Details copied')}>
            Copy details
          </Button>
        </div>
      </div>
    </div>
  );
}

/** Quiet boxes where the first answer will stand: nothing jumps when it comes. */
export function Skeleton({ rows = 3 }: { readonly rows?: number }) {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} />
      ))}
    </div>
  );
}
