/** A block of IPv4 addresses, such as 10.0.0.0/16. */
interface Block {
  /** First address, as a number. */
  first: number;
  /** Length of the network's part, 0 to 32. */
  bits: number;
}

function parse(cidr: string): Block | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const [a = 256, b = 256, c = 256, d = 256, bits = 33] = match?.slice(1).map(Number) ?? [];
  if (match === null || [a, b, c, d].some((part) => part > 255) || bits > 32) {
    return undefined;
  }
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  return first % size(bits) === 0 ? { first, bits } : undefined;
}

function size(bits: number): number {
  return 2 ** (32 - bits);
}

function known(cidr: string): Block {
  const block = parse(cidr);
  if (block === undefined) {
    throw new RangeError(`${cidr} is not a block of IPv4 addresses`);
  }
  return block;
}

function format({ first, bits }: Block): string {
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${parts.join(".")}/${bits}`;
}

/** Whether the text is a block of IPv4 addresses that begins where a block of its size may: 10.0.0.0/16, not 10.0.1.0/16. */
export function isCidr(text: string): boolean {
  return parse(text) !== undefined;
}

/** The length of the network's part: 16 for 10.0.0.0/16. */
export function prefixLength(cidr: string): number {
  return known(cidr).bits;
}

/** Whether two blocks share an address. */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [known(one), known(other)];
  return a.first < b.first + size(b.bits) && b.first < a.first + size(a.bits);
}

/** Whether the first block holds all of the second. */
export function contains(outer: string, inner: string): boolean {
  return overlaps(outer, inner) && prefixLength(outer) <= prefixLength(inner);
}

/** Whether only private networks (RFC 1918, and RFC 6598's shared space) hold the block. */
export function isPrivate(cidr: string): boolean {
  return ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].some((range) =>
    contains(range, cidr),
  );
}

/**
 * Blocks of the given prefix lengths, one after the other, each at the next place where it may begin.
 * @throws RangeError when they do not fit.
 */
export function subnets(cidr: string, lengths: readonly number[]): string[] {
  const whole = known(cidr);
  let next = whole.first;
  return lengths.map((bits) => {
    const first = Math.ceil(next / size(bits)) * size(bits);
    next = first + size(bits);
    if (bits < whole.bits || next > whole.first + size(whole.bits)) {
      throw new RangeError(`${cidr} has no room for blocks of /${lengths.join(", /")}`);
    }
    return format({ first, bits });
  });
}
