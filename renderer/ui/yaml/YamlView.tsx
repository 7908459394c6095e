import { useState } from 'react';
import { count, plural } from '../format.ts';
import { safeLine } from '../safe-text.ts';
import { relevant, type Line, type Part } from './fold.ts';
import { tokens } from './tokens.ts';
import './yaml.css';

interface YamlViewProps {
  readonly label: string;
  readonly lines: readonly Line[];
  /** Only the stretch around marks; the rest in folds that open. */
  readonly short: boolean;
}

/** Very long objects are drawn in steps: the whole of a 20,000-line resource definition would stall the page. */
const STEP = 1500;

/** An object as YAML: its lines, the failing ones marked with their messages. */
export function YamlView({ label, lines, short }: YamlViewProps) {
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const [drawn, setDrawn] = useState(STEP);
  const parts: readonly Part[] = short ? relevant(lines, opened) : lines.map((line) => ({ type: 'line', line }));
  const rest = parts.length - drawn;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div className="code" role="region" tabIndex={0} aria-label={label}>
      <ol>
        {parts.slice(0, drawn).map((part) =>
          part.type === 'fold' ? (
            <li key={`fold ${part.from}`} className="code-fold">
              <button type="button" onClick={() => setOpened(new Set([...opened, part.from]))}>
                {part.from === part.to ? `line ${part.from}` : `lines ${count(part.from)} to ${count(part.to)}`}
                {part.holds.length === 0 ? '' : `: ${safeLine(part.holds.join(', '))}`}
              </button>
            </li>
          ) : (
            <YamlLine key={part.line.number} line={part.line} />
          ),
        )}
      </ol>
      {rest > 0 ? (
        <button type="button" className="code-more link small" onClick={() => setDrawn(drawn + STEP)}>
          {plural(rest, 'more line')}
        </button>
      ) : null}
    </div>
  );
}

function YamlLine({ line }: { readonly line: Line }) {
  const bad = line.marks.length > 0;
  return (
    <>
      <li className={bad ? 'code-line code-bad' : 'code-line'} {...(bad ? { 'data-marked': line.number } : {})}>
        <span className="code-number">{line.number}</span>
        <span className="code-sign">{bad ? '✕' : ''}</span>
        <Coloured text={line.text} />
      </li>
      {line.marks.map((mark) => (
        <li key={mark} className="code-note">
          {safeLine(mark)}
        </li>
      ))}
    </>
  );
}

function Coloured({ text }: { readonly text: string }) {
  return (
    <span>
      {tokens(safeLine(text)).map((token, index) =>
        token.kind === 'text' ? (
          token.text
        ) : (
          // oxlint-disable-next-line react/no-array-index-key -- tokens of a line have no other identity
          <span key={index} className={`code-${token.kind}`}>
            {token.text}
          </span>
        ),
      )}
    </span>
  );
}

/** YAML without marks: examples of rules, values of fixes. `lead` stands before each line (+ or −). */
export function YamlText({ label, text, sign }: { readonly label: string; readonly text: string; readonly sign?: '+' | '−' }) {
  const lines = text.replace(/\n$/, '').split('\n');
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div className="code code-slim" role="region" tabIndex={0} aria-label={label}>
      <ol>
        {lines.map((line, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- lines of a fixed text
          <li
            key={index}
            className={sign === undefined ? 'code-line' : sign === '+' ? 'code-line code-add' : 'code-line code-bad'}
          >
            <span className="code-number" />
            <span className="code-sign">{sign ?? ''}</span>
            <Coloured text={line} />
          </li>
        ))}
      </ol>
    </div>
  );
}
