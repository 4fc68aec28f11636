/// Visitor of the figures of a snapshot, each of which has a column. There are visitors that declare, write and read the columns.
/// All of them use the same list of figures (`visitFigures`), so that the columns always agree.
protocol FigureVisitor {
  mutating func visit(_ column: String, _ value: inout Int)
  /// 0 or 1.
  mutating func visit(_ column: String, _ value: inout Bool)
  mutating func visit(_ column: String, _ value: inout String)
  /// NULL for nil.
  mutating func visit(_ column: String, _ value: inout String?)
  /// Counts by page order 0...10 as a JSON array; NULL if all are 0.
  mutating func visit(_ column: String, _ value: inout [Int])
  /// Counts by page order 0...10 as a JSON array; NULL if all are 0, the text `null` if they are not known.
  mutating func visit(_ column: String, _ value: inout [Int], isKnown: inout Bool)
  /// NULL for nil.
  mutating func visit(_ column: String, _ value: inout Int?)
  /// NULL for nil.
  mutating func visit(_ column: String, _ value: inout Bool?)
  /// Slabs by occupancy as a JSON array of ten counts; NULL for nil.
  mutating func visit(_ column: String, _ value: inout [Int]?)
}

/// Counts by page order 0...10 that are all 0. All rows share this array, which saves an allocation per column.
private let zeros = [Int](repeating: 0, count: 11)

/// Visitor that collects the column names and the column declarations for CREATE TABLE.
struct FigureColumns: FigureVisitor {
  private(set) var names: [String] = []
  private(set) var declarations: [String] = []

  mutating func visit(_ column: String, _ value: inout Int) { add(column, "INTEGER") }
  mutating func visit(_ column: String, _ value: inout Bool) { add(column, "INTEGER") }
  mutating func visit(_ column: String, _ value: inout String) { add(column, "TEXT") }
  mutating func visit(_ column: String, _ value: inout String?) { add(column, "TEXT") }
  mutating func visit(_ column: String, _ value: inout [Int]) { add(column, "TEXT") }
  mutating func visit(_ column: String, _ value: inout [Int], isKnown: inout Bool) { add(column, "TEXT") }
  mutating func visit(_ column: String, _ value: inout Int?) { add(column, "INTEGER") }
  mutating func visit(_ column: String, _ value: inout Bool?) { add(column, "INTEGER") }
  mutating func visit(_ column: String, _ value: inout [Int]?) { add(column, "TEXT") }

  private mutating func add(_ column: String, _ type: String) {
    names.append(column)
    declarations.append("\(column) \(type)")
  }
}

/// Visitor that binds the figures to consecutive parameters of a statement.
struct FigureWriter: FigureVisitor {
  let statement: SQLiteStatement
  /// Number of the next parameter.
  var parameter: Int32

  mutating func visit(_ column: String, _ value: inout Int) {
    statement.bind(parameter, value)
    parameter += 1
  }

  mutating func visit(_ column: String, _ value: inout Bool) {
    statement.bind(parameter, value ? 1 : 0)
    parameter += 1
  }

  mutating func visit(_ column: String, _ value: inout String) {
    statement.bind(parameter, value)
    parameter += 1
  }

  mutating func visit(_ column: String, _ value: inout String?) {
    if let value { statement.bind(parameter, value) } else { statement.bindNull(parameter) }
    parameter += 1
  }

  mutating func visit(_ column: String, _ value: inout [Int]) { bind(value == zeros ? nil : value) }

  mutating func visit(_ column: String, _ value: inout [Int], isKnown: inout Bool) {
    guard !isKnown else { return visit(column, &value) }
    statement.bind(parameter, "null")
    parameter += 1
  }

  mutating func visit(_ column: String, _ value: inout [Int]?) { bind(value) }

  mutating func visit(_ column: String, _ value: inout Int?) {
    if let value { statement.bind(parameter, value) } else { statement.bindNull(parameter) }
    parameter += 1
  }

  mutating func visit(_ column: String, _ value: inout Bool?) {
    if let value { statement.bind(parameter, value ? 1 : 0) } else { statement.bindNull(parameter) }
    parameter += 1
  }

  private mutating func bind(_ counts: [Int]?) {
    if let counts {
      statement.bind(parameter, "[" + counts.map(String.init).joined(separator: ",") + "]")
    } else {
      statement.bindNull(parameter)
    }
    parameter += 1
  }
}

/// Visitor that reads the figures from consecutive columns of a row.
struct FigureReader: FigureVisitor {
  let row: SQLiteStatement
  /// Number of the next column.
  var column: Int32
  /// Number of columns of the row. Later figures keep their value, because a file of an earlier version does not have
  /// them.
  private let end: Int32
  /// Name of the first column whose value is out of range or not valid JSON; nil if all values are valid.
  private(set) var damagedColumn: String?

  init(_ row: SQLiteStatement, from column: Int32) {
    self.row = row
    self.column = column
    end = row.columnCount
  }

  /// Bound of the absolute value of a figure. No existing machine exceeds it, and sums over thousands of caches cannot
  /// overflow.
  private static let largest = 1 << 48

  mutating func visit(_ name: String, _ value: inout Int) {
    value = row.integer(column)
    let range = name == "preferred_order" ? 0...10 : -FigureReader.largest...FigureReader.largest
    if !range.contains(value) { (value, damagedColumn) = (0, damagedColumn ?? name) }
    column += 1
  }

  mutating func visit(_ name: String, _ value: inout Bool) {
    value = row.integer(column) != 0
    column += 1
  }

  mutating func visit(_ name: String, _ value: inout String) {
    value = row.text(column)
    column += 1
  }

  mutating func visit(_ name: String, _ value: inout String?) {
    value = row.isNull(column) ? nil : row.text(column)
    column += 1
  }

  mutating func visit(_ name: String, _ value: inout [Int]) {
    if row.isNull(column) {
      value = zeros
    } else if let numbers = FigureReader.numbers(row.text(column), count: zeros.count) {
      value = numbers
    } else {
      damagedColumn = damagedColumn ?? name
    }
    column += 1
  }

  mutating func visit(_ name: String, _ value: inout [Int], isKnown: inout Bool) {
    isKnown = row.isNull(column) || row.text(column) != "null"
    if isKnown { visit(name, &value) } else { column += 1 }
  }

  mutating func visit(_ name: String, _ value: inout Int?) {
    guard column < end else { return }
    guard !row.isNull(column) else { return readNull(&value) }
    var figure = 0
    visit(name, &figure)
    value = figure
  }

  mutating func visit(_ name: String, _ value: inout Bool?) {
    guard column < end else { return }
    guard !row.isNull(column) else { return readNull(&value) }
    value = row.integer(column) != 0
    column += 1
  }

  mutating func visit(_ name: String, _ value: inout [Int]?) {
    guard column < end else { return }
    guard !row.isNull(column) else { return readNull(&value) }
    value = FigureReader.numbers(row.text(column), count: SlabOccupancy.parts + 2)
    if value == nil { damagedColumn = damagedColumn ?? name }
    column += 1
  }

  /// Sets a figure to nil for a NULL column.
  private mutating func readNull<Value>(_ value: inout Value?) {
    value = nil
    column += 1
  }

  /// Parses a JSON array of exactly `count` non-negative integers; nil if `json` is anything else.
  private static func numbers(_ json: String, count: Int) -> [Int]? {
    guard json.first == "[", json.last == "]" else { return nil }
    let fields = json.dropFirst().dropLast().split(separator: ",")
    let numbers = fields.compactMap { Int($0) }
    let isInRange = numbers.count == count && numbers.allSatisfy { (0...largest).contains($0) }
    return numbers.count == fields.count && isInRange ? numbers : nil
  }
}
