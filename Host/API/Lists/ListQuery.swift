import Store

/// What the store is asked of a list.
///
/// The server has a `Query` too, the one behind the `?` of an address; this name tells the two apart
/// where both are seen.
typealias ListQuery<Field: QueryField> = Query<Field>
