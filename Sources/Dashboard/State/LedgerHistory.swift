import Telemetry

/// Where machine memory was over the last minutes: a ledger each half second.
struct LedgerHistory: Sendable, Hashable {
  private static let interval = 0.5
  private static let length = 600
  private var elapsed = 0.0
  /// Oldest first.
  private(set) var ledgers: [ByteLedger] = []

  /// Takes in a ledger, so many seconds after the last one.
  mutating func add(_ ledger: ByteLedger, seconds: Double) {
    elapsed += seconds
    guard elapsed >= LedgerHistory.interval || ledgers.isEmpty else { return }
    elapsed = 0
    ledgers = (ledgers + [ledger]).suffix(LedgerHistory.length)
  }
}
