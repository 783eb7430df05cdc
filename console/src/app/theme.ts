/** The look of the page: that of the system, or the one that the user has chosen in this browser. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'lockstep theme';

/** The theme that was chosen last. */
export function chosenTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system'; // the browser keeps nothing for this page
  }
}

/** Shows a theme, and keeps it for the next visit. */
export function applyTheme(theme: Theme = chosenTheme()): void {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It holds for this visit alone.
  }
}
