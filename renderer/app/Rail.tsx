import { Link, useLocation } from 'wouter';
import { useHref, type Current } from '../state/current.ts';
import { useInbox, waiting } from '../state/inbox.ts';
import { Icon } from '../ui/Icon.tsx';
import { SCREENS, screenOf, type Screen } from './screens.tsx';

export function Rail({ current }: { readonly current: Current }) {
  const [path] = useLocation();
  const active = screenOf(path);
  const href = useHref();
  const inbox = useInbox(current).data;
  const count = inbox === undefined ? 0 : waiting(inbox);
  const item = (screen: Screen) => (
    <li key={screen.path}>
      <Link
        href={href(screen.path)}
        title={`${screen.title} (g ${screen.letter})`}
        aria-current={screen === active ? 'page' : undefined}
      >
        <Icon name={screen.icon} />
        <span>{screen.title}</span>
        {screen.path === '/inbox' && count > 0 ? (
          <span className="rail-count" title={`${count} wait for a decision`}>
            {count}
          </span>
        ) : null}
      </Link>
    </li>
  );
  return (
    <nav className="rail" aria-label="Screens">
      <ul>{SCREENS.slice(0, -2).map(item)}</ul>
      <ul>{SCREENS.slice(-2).map(item)}</ul>
    </nav>
  );
}
