/** A name in words, e.g. `MaintenanceRequest` as "maintenance request". */
export function inWords(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, ' $&').toLowerCase();
}
