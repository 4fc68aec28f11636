import TextOutput
import Workloads

extension AdviceReport {
  /// Known bytes in use of skb data, and the classes that fit them.
  var skbDataLines: [String] {
    let data = advice.skbDataDemand
    guard let found = advice.skbData else {
      guard data.unknownObjects > 0 else { return [] }
      return [
        "skb data: bytes in use unknown of all \(data.unknownObjects) objects. The kernel rounds their sizes up before it allocates, "
          + "so no other classes can be advised; record again as root with slabscope record", "",
      ]
    }
    var lines = [
      "skb data: bytes in use known of \(data.knownObjects) of \(data.knownObjects + data.unknownObjects) objects"
        + String(printf: " (%.1f %%)", (data.knownShare ?? 0) * 100)
        + (data.unknownObjects > 0 ? "; the others count with the rounded size" : "")
    ]
    var table = TextTable(["KERNEL'S CLASS", "OBJECTS", "MEAN BYTES IN USE", "UNUSED"])
    for kernel in found.kernelClasses {
      table.add([
        kernel.isGeneral ? "\(kernel.size)" : "\(kernel.size) (skbuff_small_head)", "\(kernel.objects)",
        String(printf: "%.0f", kernel.meanUsedBytes),
        String(printf: "%.1f %%", (1 - kernel.meanUsedBytes / Double(kernel.size)) * 100),
      ])
    }
    lines += table.lines
    guard let main = found.main else {
      return lines + [
        "none of this data was in general caches, so other sizes of general caches would change nothing", "",
      ]
    }
    var advised = TextTable([
      "ADVISED CLASS", "ORDER", "OBJECTS PER SLAB", "LIVE", "NEEDED BYTES", "SLAB BYTES PER OBJECT",
    ])
    for one in found.classes {
      let slab = 4096 << one.order
      let objects = max(1, slab / one.size)
      advised.add([
        "\(one.size)", "\(one.order)", "\(objects)", String(printf: "%.0f", one.objects),
        String(printf: "%.0f", one.objects > 0 ? one.requestedBytes / one.objects : 0), "\(slab / objects)",
      ])
    }
    lines +=
      ["at most as many general caches for it (needed bytes: in use, rounded up to a cache line)"] + advised.lines
    return lines + orderLines(found, main) + skbReplayLines + [""]
  }

  private func orderLines(_ found: SkbDataAdvice, _ main: (kernel: Int, advised: Int)) -> [String] {
    guard main.advised < main.kernel else {
      return ["the class of \(main.kernel) bytes, which has most of the live bytes, fits already"]
    }
    let orders = found.orders.map {
      "\($0.order): \($0.advisedObjects) instead of \($0.kernelObjects)"
    }.joined(separator: ", ")
    let useful =
      switch found.lowestUsefulOrder {
      case nil: "no page order up to 4 holds more objects"
      case let order?:
        "it holds more objects from order \(order) on: a slab takes \(4 << order) KiB of contiguous pages"
          + (order > 3 ? ", which the page allocator refuses early (PAGE_ALLOC_COSTLY_ORDER is 3)" : "")
          + (order > 0 ? "; at lower orders it holds no more objects than the kernel's class" : "")
      }
    return ["\(main.advised) instead of \(main.kernel), objects per slab by page order: \(orders)", useful]
  }

  /// Replays with these classes beside those of the base policy.
  private var skbReplayLines: [String] {
    guard let replay = advice.proof?.skbData else { return [] }
    let base = advice.options.base.name
    func line(_ label: String, _ before: ShadowReplay, _ after: ShadowReplay, _ ratio: Double) -> String {
      "  \(label): \(before.meanGeneralBytes) bytes, with them \(after.meanGeneralBytes) bytes"
        + String(printf: " (x %.3f)", ratio)
        + (before.failedAllocations + after.failedAllocations > 0
          ? "; \(before.failedAllocations) and \(after.failedAllocations) allocations failed" : "")
    }
    let lines =
      [
        "these classes beside those of \(base), replayed on an empty machine: mean slab memory of all requests by size"
      ] + comparedLines + [
        line(base, replay.before, replay.after, replay.ratio),
        line(
          "under memory pressure (every page request of order \(SkbDataReplay.refusedOrder) and above refused)",
          replay.pressed.before, replay.pressed.after, replay.pressedRatio),
      ]
    guard !replay.variants.isEmpty else { return lines }
    var table = TextTable(["CLASS", "ORDER", "MEAN BYTES", "TO \(base)", "PEAK TO \(base)", "ALL CACHES TO \(base)"])
    for variant in replay.variants {
      func ratio(_ value: Double) -> String { String(printf: "x %.3f", value) }
      table.add([
        "\(variant.size)\(variant.hasAdvisedClasses ? " (advised)" : " (the kernel's)")", "\(variant.order)",
        "\(variant.replay.meanGeneralBytes)", ratio(SkbDataReplay.ratio(variant.replay, to: replay.before)),
        ratio(SkbDataReplay.peakRatio(variant.replay, to: replay.before)),
        ratio(SkbDataReplay.totalRatio(variant.replay, to: replay.before)),
      ])
    }
    return lines + ["the size and the page order told apart: slab memory of all requests by size, and of all caches"]
      + table.lines
  }
}
