/** The compatibility minor that every shipped expression must be accepted at: what a server 1.30 lets a new policy use (design/rules.md). */
export const FLOOR_MINOR = 29;

/** The newest Kubernetes minor that rules and expressions know of. Where nothing says the version, objects are judged as by this one. */
export const NEWEST_MINOR = 37;
