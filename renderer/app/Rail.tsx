import { Link, useLocation } from 'wouter';
import { useHref } from '../state/current.ts';
import { Icon } from '../ui/Icon.tsx';
import { SCREENS, screenOf, type Screen } from './screens.tsx';

export function Rail() {
  const [path] = useLocation();
  const active = screenOf(path);
  const href = useHref();
  const item = (screen: Screen) => (
    <li key={screen.path}>
      <Link
        href={href(screen.path)}
        title={`${screen.title} (g ${screen.letter})`}
        aria-current={screen === active ? 'page' : undefined}
      >
        <Icon name={screen.icon} />
        <span>{screen.title}</span>
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
