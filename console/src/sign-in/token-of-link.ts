/** The token of the link that led here: the part after `#`, which browsers send to no server. */
export function tokenOfLink(): string {
  return window.location.hash.slice(1);
}
