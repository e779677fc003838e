/** As people write it: bytes in Mi or Gi, everything else as a number. */
export function quantityText(resource: string, amount: number): string {
  if (!/memory|storage/.test(resource)) {
    return String(Math.round(amount * 1000) / 1000);
  }
  const mebibytes = amount / 2 ** 20;
  return mebibytes >= 1024 ? `${Math.round((mebibytes / 1024) * 100) / 100}Gi` : `${Math.round(mebibytes)}Mi`;
}
