import SlabEngine
import Workloads

/// Memory pressure that a user puts a machine under: a memory hog, and refusal of page requests above order 0.
struct MemoryPressure: Sendable, Hashable {
  /// Percent of memory that the memory hog occupies, in single pages.
  var hogPercent = 0
  /// Whether page requests above order 0 are refused.
  var refusesHighOrders = false

  /// Changes the pressure on an engine from `before` to this one.
  func apply(to engine: SlabEngine, insteadOf before: MemoryPressure) {
    let change = changedPages(of: engine.configuration.memoryBytes, since: before)
    if change > 0 {
      // Every other page first, so that few blocks of higher orders remain, then the pages between.
      let occupied = engine.hogPages(change, fragmenting: true)
      engine.hogPages(change - occupied)
    } else {
      engine.releaseHogPages(-change)
    }
    if refusesHighOrders != before.refusesHighOrders { engine.injectPageFailures(injection) }
  }

  /// Changes the pressure on a player's machine from `before` to this one. Only the player's thread may call it.
  func apply(to player: inout PolicyPlayer, insteadOf before: MemoryPressure) {
    if let engine = player.slabEngine { return apply(to: engine, insteadOf: before) }
    let change = changedPages(of: player.memoryBytes, since: before)
    if change > 0 {
      let occupied = player.hogPages(change, fragmenting: true)
      player.hogPages(change - occupied)
    } else {
      player.releaseHogPages(-change)
    }
    if refusesHighOrders != before.refusesHighOrders { player.injectPageFailures(injection) }
  }

  /// Pages that the memory hog occupies more than under another pressure.
  private func changedPages(of memoryBytes: Int, since before: MemoryPressure) -> Int {
    let pages = memoryBytes >> 12
    return pages * hogPercent / 100 - pages * before.hogPercent / 100
  }

  private var injection: PageFailureInjection? {
    refusesHighOrders ? PageFailureInjection(minimumOrder: 1) : nil
  }
}
