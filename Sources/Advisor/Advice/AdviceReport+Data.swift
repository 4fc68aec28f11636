import Foundation
import Telemetry
import TextOutput
import Workloads

extension AdviceReport {
  /// What is known of skb data, and which classes fit them.
  var dataLines: [String] {
    let data = advice.profile.data
    guard let found = advice.data else {
      guard data.unknownObjects > 0 else { return [] }
      return [
        "skb data: use unknown of all \(data.unknownObjects) objects. The kernel rounds their sizes up before it asks, so that no "
          + "other classes can fit them better here; record again with slabscope record, as root", "",
      ]
    }
    var lines = [
      "skb data: bytes in use known of \(data.knownObjects) of \(data.knownObjects + data.unknownObjects) objects"
        + String(format: " (%.1f %%)", (data.knownShare ?? 0) * 100)
        + (data.unknownObjects > 0 ? "; the others count as requested" : "")
    ]
    var table = TextTable(["KERNEL'S CLASS", "OBJECTS", "MEAN IN USE", "NOT USED"])
    for one in found.kernelClasses {
      table.add([
        one.isGeneral ? "\(one.size)" : "\(one.size) (skbuff_small_head)", "\(one.objects)",
        String(format: "%.0f", one.meanUsedBytes),
        String(format: "%.1f %%", (1 - one.meanUsedBytes / Double(one.size)) * 100),
      ])
    }
    lines += table.lines
    var advised = TextTable(["ADVISED CLASS", "ORDER", "OBJECTS A SLAB", "LIVE", "NEEDED", "SLAB BYTES EACH"])
    for one in found.classes {
      let slab = 4096 << one.order
      let objects = max(1, slab / one.size)
      advised.add([
        "\(one.size)", "\(one.order)", "\(objects)", String(format: "%.0f", one.objects),
        String(format: "%.0f", one.objects > 0 ? one.requestedBytes / one.objects : 0), "\(slab / objects)",
      ])
    }
    guard let main = found.main else {
      return lines + ["none of these was asked for by size: the kernel's general caches have no part in this load", ""]
    }
    lines +=
      ["as many general caches for those asked for by size (needed: in use, up to a cache line)"] + advised.lines
    return lines + orderLines(found, main) + replayLines + [""]
  }

  private func orderLines(_ found: DataAdvice, _ main: (kernel: Int, advised: Int)) -> [String] {
    guard main.advised < main.kernel else {
      return ["the class of \(main.kernel) bytes, which serves most of the live bytes, fits already"]
    }
    let orders = found.orders.map {
      "\($0.order): \($0.advisedObjects) instead of \($0.kernelObjects)"
    }.joined(separator: ", ")
    let pays =
      switch found.lowestUsefulOrder {
      case nil: "no page order up to 4 holds one object more"
      case let order?:
        "it pays from order \(order) on: a slab takes \(4 << order) KiB of contiguous pages"
          + (order > 3 ? ", which the page allocator refuses early (PAGE_ALLOC_COSTLY_ORDER is 3)" : "")
          + (order > 0 ? "; at lower orders it holds no more objects than the kernel's class" : "")
      }
    return ["\(main.advised) in place of \(main.kernel), objects to a slab by page order: \(orders)", pays]
  }

  /// The replays with these classes beside the base policy's own.
  private var replayLines: [String] {
    guard let replay = advice.dataReplay else { return [] }
    func line(_ what: String, _ before: ShadowReplay, _ after: ShadowReplay, _ ratio: Double) -> String {
      "  \(what): \(before.meanGeneralBytes), with them \(after.meanGeneralBytes)" + String(format: " (x %.3f)", ratio)
        + (before.failedAllocations + after.failedAllocations > 0
          ? "; \(before.failedAllocations) and \(after.failedAllocations) allocations refused" : "")
    }
    return [
      "these classes beside those of \(advice.options.base.name), replayed on an empty machine: slab bytes of all requests by "
        + "size on average",
      line(advice.options.base.name, replay.before, replay.after, replay.ratio),
      line(
        "under pressure, every page request of order \(DataReplay.refusedOrder) and above refused",
        replay.pressed.before,
        replay.pressed.after, replay.pressedRatio),
    ]
  }
}
