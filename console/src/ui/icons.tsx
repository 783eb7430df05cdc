import type { ReactNode } from 'react';

/** An icon beside a text, or in a button that has a label: it says nothing by itself. */
function Icon({ path, size = 18 }: { path: string; size?: number }): ReactNode {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}

export const Cross = (): ReactNode => <Icon path="M6 6l12 12M18 6L6 18" size={16} />;
export const Check = (): ReactNode => <Icon path="M5 12l5 5L20 7" size={16} />;
export const Plus = (): ReactNode => <Icon path="M12 5v14M5 12h14" size={16} />;
export const ArrowUp = (): ReactNode => <Icon path="M12 19V5M6 11l6-6 6 6" size={14} />;
export const ArrowDown = (): ReactNode => <Icon path="M12 5v14M6 13l6 6 6-6" size={14} />;
export const ArrowLeft = (): ReactNode => <Icon path="M19 12H5M11 6l-6 6 6 6" size={16} />;
export const Sync = (): ReactNode => (
  <Icon path="M4 12a8 8 0 0 1 14-5l2 2M20 4v5h-5M20 12a8 8 0 0 1-14 5l-2-2M4 20v-5h5" size={16} />
);
export const Cut = (): ReactNode => (
  <Icon path="M4 4l16 16M9 5a12 12 0 0 1 12 5M3 10a12 12 0 0 1 3-2M7 14a6 6 0 0 1 5-2M12 19h.01" size={16} />
);
export const Bell = (): ReactNode => (
  <Icon path="M6 9a6 6 0 0 1 12 0c0 6 2 7 2 8H4c0-1 2-2 2-8zM10 20.5a2.2 2.2 0 0 0 4 0" />
);
export const Person = (): ReactNode => (
  <Icon path="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20a8 8 0 0 1 16 0" />
);
