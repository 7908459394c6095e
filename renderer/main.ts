import { config } from 'zod';

// Schemas try `new Function` as they are made, which the page's policy refuses and the browser reports. The setting must
// therefore stand before the first schema does, and everything that holds one comes by a later import.
config({ jitless: true });
void import('./start.tsx');
