import { html } from '#core/report/html/markup.ts';
import type { Markup } from '#core/report/html/markup.ts';

export interface Column {
  readonly title: string;
  /** Figures stand at the right. */
  readonly figure?: true;
}

/** A table that scrolls by itself where the page is too narrow. */
export const table = (columns: readonly Column[], rows: readonly (readonly Markup[])[]): Markup =>
  html`<div class="wide">
    <table>
      <thead>
        <tr>
          ${columns.map(({ title, figure }) => html`<th scope="col" ${classOf(figure)}>${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, at) => html`<td${classOf(columns[at]?.figure)}>${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;

const classOf = (figure: true | undefined): Markup => (figure === true ? html` class="n"` : html``);

/** `and 12 more` under a list that has an end. */
export const andMore = (left: number, what: string): Markup =>
  left > 0 ? html`<p class="muted">and ${left} more ${what}</p>` : html``;
