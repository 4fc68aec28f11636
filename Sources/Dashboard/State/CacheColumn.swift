import Telemetry
import TerminalUI

/// A column of the table of caches: what it is called, how it is laid out, what it sorts by.
public enum CacheColumn: Int, CaseIterable, Sendable, Hashable {
  case name, active, use, objectSize, slabs, orders, held, waste, rate, trend

  var title: String {
    switch self {
    case .name: "CACHE"
    case .active: "ACTIVE/TOTAL"
    case .use: "USE"
    case .objectSize: "OBJSIZE"
    case .slabs: "SLABS"
    case .orders: "ORDERS"
    case .held: "HELD"
    case .waste: "WASTE"
    case .rate: "ALLOC/S"
    case .trend: "TREND"
    }
  }

  /// What the column says, for the help screen.
  var explanation: String {
    switch self {
    case .name: "the cache"
    case .active: "live objects, and objects its slabs hold room for"
    case .use: "the one in percent of the other"
    case .objectSize: "bytes an owner may use of an object"
    case .slabs: "slabs of all orders"
    case .orders: "how its slabs split over page orders"
    case .held: "bytes of its slabs"
    case .waste: "bytes of its slabs that no owner of a live object asked for"
    case .rate: "objects allocated a second, now"
    case .trend: "the same over the last minute"
    }
  }

  /// Every column but the drawings can be sorted by.
  static let sortable = allCases.filter { $0 != .orders && $0 != .trend }

  var layout: Table.Column {
    switch self {
    case .name: Table.Column(title, width: 26, minimumWidth: 18, grows: true)
    case .active: Table.Column(title, width: 13, alignment: .trailing)
    case .use: Table.Column(title, width: 5, alignment: .trailing, priority: 1)
    case .objectSize: Table.Column(title, width: 8, alignment: .trailing, priority: 2)
    case .slabs: Table.Column(title, width: 6, alignment: .trailing, priority: 3)
    case .orders: Table.Column(title, width: 10, priority: 4)
    case .held: Table.Column(title, width: 7, alignment: .trailing)
    case .waste: Table.Column(title, width: 7, alignment: .trailing)
    case .rate: Table.Column(title, width: 8, alignment: .trailing, priority: 5)
    case .trend: Table.Column(title, width: 14, priority: 6, grows: true)
    }
  }

  /// Names go up from a, figures down from the largest, unless inverted.
  var ascendsByDefault: Bool { self == .name }

  /// Whether `left` comes before `right` in ascending order; equal caches go by name.
  func precedes(_ left: CacheSnapshot, _ right: CacheSnapshot, rates: RateHistory) -> Bool {
    let (first, second) = (value(left, rates), value(right, rates))
    return first == second ? left.name < right.name : first < second
  }

  private func value(_ cache: CacheSnapshot, _ rates: RateHistory) -> Double {
    switch self {
    case .name, .orders, .trend: 0
    case .active: Double(cache.activeObjects)
    case .use: cache.usePercent
    case .objectSize: Double(cache.objectSize)
    case .slabs: Double(cache.slabs)
    case .held: Double(cache.slabBytes)
    case .waste: Double(cache.wasteBytes)
    case .rate: rates.rate(of: cache.name) ?? 0
    }
  }
}
