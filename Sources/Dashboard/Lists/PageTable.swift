import TerminalUI

/// Rows of a page's list and their description. `list(_:)` applies the sort order, the filter and the selection of the user.
struct PageTable<Row: Sendable>: Sendable {
  let id: PageListID
  let columns: [PageColumn<Row>]
  /// Rows in the list's own order, in which rows with equal values remain.
  let rows: [Row]
  /// Heading of the column by which the list is sorted until the user chooses another.
  let defaultColumn: String
  /// Returns the identity of a row, by which the selection follows the row.
  let identity: @Sendable (Row) -> String
  /// Returns the text in which a filter without an operator is searched.
  let name: @Sendable (Row) -> String
  /// Returns the cache that a row is about; nil if it is about none.
  var cache: @Sendable (Row) -> String? = { _ in nil }
  /// Returns what Enter opens.
  let detail: @Sendable (Row) -> RowDetail

  /// Applies the filter, the sort order and the selection of a state.
  /// - Complexity: O(n log n) for n rows.
  func list(_ state: PageListState) -> PageList {
    var query: RowQuery<Row>?
    var problem: QueryError?
    if !state.filter.isEmpty {
      do { query = try RowQuery(state.filter, fields) } catch { problem = error }
    }
    let sorted = columns.first { $0.title == state.sortColumn } ?? columns.first { $0.title == defaultColumn }
    // A filter that is being typed may be incomplete: then every row is listed.
    var listed = query.map { query in rows.filter(query.includes) } ?? rows
    let ascends = sorted.map { $0.ascends != state.isInverted } ?? true
    if let sorted { listed = PageTable.sort(listed, by: sorted, ascends) }
    let (columns, detail, cache) = (columns, detail, cache)
    return PageList(
      id: id, columns: columns.map { PageList.Column($0) }, totalCount: rows.count,
      rowIDs: PageTable.uniqued(listed.map(identity)), state: state,
      sort: sorted.flatMap { sorted in columns.firstIndex { $0.title == sorted.title } }.map {
        Table.Sort(column: $0, ascending: ascends)
      }, filterProblem: problem,
      cells: { [listed] index, theme, glyphs in columns.map { $0.cell(listed[index], theme, glyphs) } },
      cache: { [listed] in cache(listed[$0]) }, detail: { [listed] in detail(listed[$0]) })
  }

  private var fields: QueryFields<Row> {
    var texts: [QueryFields<Row>.Text] = []
    var figures: [QueryFields<Row>.Figure] = []
    for column in columns {
      switch column.value {
      case .text(let text): texts.append((texts.isEmpty ? [column.fieldName, "name"] : [column.fieldName], text))
      case .number(let number): figures.append((column.fieldName, { number($0) ?? .nan }))
      case .drawing: break
      }
    }
    return QueryFields(name: name, texts: texts, figures: figures)
  }

  /// Sorts rows by a column. Rows with equal values keep their order, and unknown figures come last in both directions.
  private static func sort(_ rows: [Row], by column: PageColumn<Row>, _ ascends: Bool) -> [Row] {
    func sorted<Key>(_ keys: [Key], _ precedes: (Key, Key) -> Bool) -> [Row] {
      let order = keys.indices.sorted {
        precedes(keys[$0], keys[$1]) || (!precedes(keys[$1], keys[$0]) && $0 < $1)
      }
      return order.map { rows[$0] }
    }
    switch column.value {
    case .drawing: return rows
    case .text(let text):
      return sorted(rows.map(text)) { ascends ? $0 < $1 : $1 < $0 }
    case .number(let number):
      return sorted(rows.map { row in column.sortKey.map { $0(row) } ?? number(row) }) { left, right in
        guard let left else { return false }
        guard let right else { return true }
        return ascends ? left < right : right < left
      }
    }
  }

  /// Returns identities with a number appended to those that occurred before: symbols and caches of a host can have equal names.
  private static func uniqued(_ identities: [String]) -> [String] {
    var counts: [String: Int] = [:]
    return identities.map { identity in
      let count = counts[identity, default: 0]
      counts[identity] = count + 1
      return count == 0 ? identity : "\(identity)#\(count + 1)"
    }
  }
}
