/// What is done with each figure of a snapshot in turn, each in its column: declared, written or read. One list of the
/// figures serves all three, so that none can be written and not read.
protocol FigureVisitor {
  mutating func visit(_ column: String, _ value: inout Int)
  mutating func visit(_ column: String, _ value: inout Bool)
  mutating func visit(_ column: String, _ value: inout String)
  /// NULL for nil.
  mutating func visit(_ column: String, _ value: inout String?)
  /// JSON; NULL for the zeros that a count by order begins with.
  mutating func visit(_ column: String, _ value: inout [Int])
  /// NULL for nil.
  mutating func visit(_ column: String, _ value: inout Int?)
  /// NULL for nil.
  mutating func visit(_ column: String, _ value: inout Bool?)
  /// JSON: slabs by occupancy, ten counts; NULL for nil.
  mutating func visit(_ column: String, _ value: inout [Int]?)
}

/// A figure by order 0...10 where there is nothing to tell of: one array for all rows.
private let zeros = [Int](repeating: 0, count: 11)

/// The columns of the figures, as CREATE TABLE wants them.
struct FigureColumns: FigureVisitor {
  private(set) var names: [String] = []
  private(set) var declarations: [String] = []

  mutating func visit(_ column: String, _ value: inout Int) { add(column, "INTEGER") }
  mutating func visit(_ column: String, _ value: inout Bool) { add(column, "INTEGER") }
  mutating func visit(_ column: String, _ value: inout String) { add(column, "TEXT") }
  mutating func visit(_ column: String, _ value: inout String?) { add(column, "TEXT") }
  mutating func visit(_ column: String, _ value: inout [Int]) { add(column, "TEXT") }
  mutating func visit(_ column: String, _ value: inout Int?) { add(column, "INTEGER") }
  mutating func visit(_ column: String, _ value: inout Bool?) { add(column, "INTEGER") }
  mutating func visit(_ column: String, _ value: inout [Int]?) { add(column, "TEXT") }

  private mutating func add(_ column: String, _ type: String) {
    names.append(column)
    declarations.append("\(column) \(type)")
  }
}

/// Binds the figures to a statement's parameters, one after the other.
struct FigureWriter: FigureVisitor {
  let statement: SQLiteStatement
  /// The next parameter.
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

/// Reads the figures from a row, one column after the other.
struct FigureReader: FigureVisitor {
  let row: SQLiteStatement
  /// The next column.
  var column: Int32
  /// Columns of the row. Figures beyond stay as they are: a file of an earlier version does not have them.
  private let end: Int32
  /// The first column that holds what nobody wrote there.
  private(set) var damaged: String?

  init(_ row: SQLiteStatement, from column: Int32) {
    self.row = row
    self.column = column
    end = row.columnCount
  }

  /// No figure of a machine that exists is larger: sums of them over thousands of caches don't overflow.
  private static let largest = 1 << 48

  mutating func visit(_ name: String, _ value: inout Int) {
    value = row.integer(column)
    let possible = name == "preferred_order" ? 0...10 : -FigureReader.largest...FigureReader.largest
    if !possible.contains(value) { (value, damaged) = (0, damaged ?? name) }
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
      damaged = damaged ?? name
    }
    column += 1
  }

  mutating func visit(_ name: String, _ value: inout Int?) {
    guard column < end else { return }
    guard !row.isNull(column) else { return skip(&value) }
    var figure = 0
    visit(name, &figure)
    value = figure
  }

  mutating func visit(_ name: String, _ value: inout Bool?) {
    guard column < end else { return }
    guard !row.isNull(column) else { return skip(&value) }
    value = row.integer(column) != 0
    column += 1
  }

  mutating func visit(_ name: String, _ value: inout [Int]?) {
    guard column < end else { return }
    guard !row.isNull(column) else { return skip(&value) }
    value = FigureReader.numbers(row.text(column), count: SlabOccupancy.parts + 2)
    if value == nil { damaged = damaged ?? name }
    column += 1
  }

  private mutating func skip<Value>(_ value: inout Value?) {
    value = nil
    column += 1
  }

  /// `[1,2,3,0,0,0,0,0,0,0,0]`: so many numbers.
  private static func numbers(_ json: String, count: Int) -> [Int]? {
    guard json.first == "[", json.last == "]" else { return nil }
    let fields = json.dropFirst().dropLast().split(separator: ",")
    let numbers = fields.compactMap { Int($0) }
    let isPossible = numbers.count == count && numbers.allSatisfy { (0...largest).contains($0) }
    return numbers.count == fields.count && isPossible ? numbers : nil
  }
}
