/** The first server with ValidatingAdmissionPolicy as beta, and the newest whose functions are known. */
export const OLDEST_MINOR = 28;
export const NEWEST_MINOR = 36;
