import { describe, expect, it } from 'vitest';
import { filterCount, readAddress, toggleValue, writeAddress } from './address.ts';

const query = (address: ReturnType<typeof readAddress>): string => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(writeAddress(address)))
    for (const item of value === undefined ? [] : [value].flat()) params.append(name, item);
  return params.toString();
};

describe('the address of the Findings screen', () => {
  it('reads what it wrote', () => {
    const text =
      'text=led%26ger&severity=critical&severity=high&namespace=&namespace=a%2Cb&age=new&group=team&sort=failing&order=reverse&finding=v1%3Aabc';
    const once = readAddress(new URLSearchParams(text));
    expect(readAddress(new URLSearchParams(query(once)))).toEqual(once);
    expect(once.filter).toEqual({ text: 'led&ger', severity: ['critical', 'high'], namespace: ['', 'a,b'], age: 'new' });
  });

  it('is empty for the screen as it is at first', () => {
    expect(query(readAddress(new URLSearchParams()))).toBe('');
  });

  it('drops values that the contract does not know and keeps the rest', () => {
    const address = readAddress(new URLSearchParams('severity=huge&severity=low&age=ancient&group=planet&rule=Not%20An%20Id'));
    expect(address.filter).toEqual({ severity: ['low'] });
    expect(address.groupBy).toBe('rule');
  });

  it('counts a list once and forgets it when it is empty', () => {
    const one = toggleValue({}, 'team', 'data');
    const two = toggleValue(one, 'team', 'platform');
    expect(filterCount(two)).toBe(1);
    expect(toggleValue(one, 'team', 'data')).toEqual({});
  });
});
