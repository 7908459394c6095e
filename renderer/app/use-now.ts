import { useEffect, useState } from 'react';

const TICK_MS = 20_000;

/** The present moment, renewed often enough for "4 min ago". */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
