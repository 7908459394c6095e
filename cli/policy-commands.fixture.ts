/** Ids and days of runs before today: five over eight days. */
export const FORMER_RUNS = [
  { id: '01KA0000000000000000000001', day: '15' },
  { id: '01KA0000000000000000000002', day: '17' },
  { id: '01KA0000000000000000000003', day: '19' },
  { id: '01KA0000000000000000000004', day: '21' },
  { id: '01KA0000000000000000000005', day: '23' },
] as const;
