/** The compatibility minor that every shipped expression must be accepted at: what a server 1.30 lets a new policy use (design/rules.md). */
export const FLOOR_MINOR = 29;
