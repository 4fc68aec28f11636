import SlabEngine
import Workloads

/// What makes a machine's memory tight: how much of it a page hog holds, and whether high orders are refused.
struct MachinePressure: Sendable, Hashable {
  /// Percent of memory that the page hog holds.
  var hoggedPercent = 0
  /// Whether page requests above order 0 are refused.
  var refusesHighOrders = false

  /// Puts an engine under this pressure, from that which it was under.
  func apply(to engine: SlabEngine, insteadOf before: MachinePressure) {
    let pages = engine.configuration.memoryBytes >> 12
    let change = pages * hoggedPercent / 100 - pages * before.hoggedPercent / 100
    if change > 0 {
      let taken = engine.hogPages(change, fragmenting: true)
      // Every other page at most; then from in between as well.
      engine.hogPages(change - taken)
    } else {
      engine.releaseHogPages(-change)
    }
    if refusesHighOrders != before.refusesHighOrders {
      engine.injectPageFailures(refusesHighOrders ? PageFailureInjection(minimumOrder: 1) : nil)
    }
  }

  /// Puts a player's machine under this pressure, from that which it was under. Only the player's thread may do this.
  func apply(to player: inout PolicyPlayer, insteadOf before: MachinePressure) {
    if let engine = player.slabEngine { return apply(to: engine, insteadOf: before) }
    let pages = player.memoryBytes >> 12
    let change = pages * hoggedPercent / 100 - pages * before.hoggedPercent / 100
    if change > 0 {
      let taken = player.hogPages(change, fragmenting: true)
      player.hogPages(change - taken)
    } else {
      player.releaseHogPages(-change)
    }
    if refusesHighOrders != before.refusesHighOrders {
      player.injectPageFailures(refusesHighOrders ? PageFailureInjection(minimumOrder: 1) : nil)
    }
  }
}
