/**
 * Tells how far long work is, of which parts get done: in per cent and with the time that the rest will take at the same
 * pace; as a count where the total is not known.
 */
export function shareOfWork(total: number, count: (done: number) => string): (more: number) => string {
  const began = Date.now();
  let done = 0;
  return (more) => {
    done += more;
    if (total === 0 || done === 0) {
      return `${count(done)} so far`;
    }
    const share = Math.min(done / total, 0.99);
    const minutes = Math.ceil((((Date.now() - began) / share) * (1 - share)) / 60_000);
    return `${Math.floor(share * 100)} %, about ${minutes} minute${minutes === 1 ? "" : "s"} left`;
  };
}
