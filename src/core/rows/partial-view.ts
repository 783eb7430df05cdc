import { isCustomerRole, type Viewer } from '../rights/viewer.ts';

/**
 * The part of a row that some viewers see. It has a version and a time of its own, which change only with the columns
 * that those viewers see: they cannot notice the changes of the others.
 */
export interface PartialView<Row> {
  /** The column with the version of the view. */
  readonly version: keyof Row & string;
  /** The column with the time of the last change of the view. */
  readonly updatedAt: keyof Row & string;
  /** The columns that its viewers do not see. */
  readonly hidden: readonly (keyof Row & string)[];
}

/** The view for a customer's own users; users of the staff see all columns that their permissions show them. */
export function customersSee<Row>(view: PartialView<Row>): (viewer: Viewer) => PartialView<Row> | undefined {
  return ({ role }) => (isCustomerRole(role) ? view : undefined);
}

/** The version of a view. Images from before the view existed have only that of the row. */
export function versionOfView<Row extends { readonly version: number }>(
  row: Row,
  view: PartialView<Row> | undefined,
): number {
  return (view && (row[view.version] as number | undefined)) ?? row.version;
}

/** Tells whether an update of a row is beyond a view: its viewers notice nothing of it. */
export function isBeyondView<Row extends { readonly version: number }>(
  before: Row,
  after: Row,
  view: PartialView<Row> | undefined,
): boolean {
  return view !== undefined && versionOfView(before, view) === versionOfView(after, view);
}

/** The time of the last change of a view, likewise. */
export function timeOfView<Row extends { readonly updatedAt: Date }>(row: Row, view: PartialView<Row>): Date {
  return (row[view.updatedAt] as Date | undefined) ?? row.updatedAt;
}
