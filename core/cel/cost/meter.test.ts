import { describe, expect, test } from 'vitest';
import { LimitExceeded, Meter } from './meter.ts';

function filled(...ids: number[]): Meter {
  const meter = new Meter(100);
  for (const id of ids) meter.push(id, `value ${id}`);
  return meter;
}

describe('the stack of values by which calls find their arguments', () => {
  test('gives them in the order of the call, and takes them off', () => {
    const meter = filled(1, 2, 3);
    expect(meter.dropArguments([2, 3])).toEqual(['value 2', 'value 3']);
    expect(meter.dropArguments([3])).toBeUndefined();
    expect(meter.dropArguments([1])).toEqual(['value 1']);
  });

  test('takes off all that lies above an argument', () => {
    const meter = filled(1, 2, 3);
    meter.drop(2);
    expect(meter.dropArguments([3])).toBeUndefined();
    expect(meter.dropArguments([1])).toEqual(['value 1']);
  });

  test('finds an older value of the same step where the newer one is gone', () => {
    const meter = filled(1, 2);
    meter.push(1, 'newer');
    expect(meter.dropArguments([1])).toEqual(['newer']);
    expect(meter.dropArguments([1])).toEqual(['value 1']);
  });

  test('an argument that is not there leaves those after it taken', () => {
    const meter = filled(1, 2);
    expect(meter.dropArguments([9, 2])).toBeUndefined();
    expect(meter.dropArguments([2])).toBeUndefined();
    expect(meter.dropArguments([1])).toEqual(['value 1']);
  });
});

test('a cost over the limit ends the evaluation', () => {
  const meter = new Meter(2);
  meter.cost = 2;
  meter.push(1, true);
  meter.cost = 3;
  expect(() => meter.push(2, true)).toThrow(LimitExceeded);
});
