import Profiles
import Telemetry

/// Popup of a call site: its figures, and its sizes, caches, lifetimes and pinned slabs.
extension CallSiteRow {
  /// Returns the text of the popup.
  /// - Parameters:
  ///   - profile: Profile that has the call site.
  ///   - baseline: Time since which the growth is counted; nil if there is no growth.
  ///   - slabs: Nearly empty slabs with objects that pin them; empty if not known.
  ///   - caches: Caches of the snapshot in view, with which the live objects of a running kernel are compared.
  func text(
    in profile: AllocationProfile, since baseline: String?, slabs: [MachineDetails.PinnedSlab],
    caches: [CacheSnapshot] = []
  ) -> RowText {
    var lines = figureLines(since: baseline)
    lines += sizeLines(profile) + cacheLines(profile) + countLines(profile, caches) + figures.lifetimeLines
    lines += stackLines(profile) + cpuLines + pinLines(slabs)
    return RowText(title: name, lines: lines)
  }

  private func figureLines(since baseline: String?) -> [RowText.Line] {
    var lines: [RowText.Line] = [
      .figure(
        "live", "\(NumberFormat.bytes(figures.liveBytes)) in \(NumberFormat.count(figures.liveObjects)) objects")
    ]
    if let growthBytes, let growthObjects, let baseline {
      lines.append(
        .figure(
          "growth since \(baseline)",
          "\(NumberFormat.signed(growthBytes, NumberFormat.bytes)), "
            + "\(NumberFormat.signed(growthObjects, NumberFormat.count)) objects"))
    }
    lines += [
      .figure("objects allocated", NumberFormat.count(figures.allocObjects)),
      .figure("objects freed", NumberFormat.count(figures.freeObjects)),
    ]
    if figures.unseenFrees > 0 { lines.append(.figure("unseen frees", NumberFormat.count(figures.unseenFrees))) }
    if let peak = figures.peakLiveObjects {
      lines.append(.figure("most live objects", (contexts.count > 1 ? "at most " : "") + NumberFormat.count(peak)))
    }
    return lines + [
      .figure("requested", NumberFormat.bytes(figures.requestedBytes)),
      .figure("allocated", NumberFormat.bytes(figures.allocBytes)),
      .figure("rounding", figures.roundingText),
    ]
  }

  private func sizeLines(_ profile: AllocationProfile) -> [RowText.Line] {
    let rows = CallSiteRow.sums(contexts, in: profile) { context in
      context.requestedBytes == context.allocatedBytes
        ? "\(context.requestedBytes) B" : "\(context.requestedBytes) in \(context.allocatedBytes) B"
    }
    return [.heading("Objects allocated, by requested and allocated bytes")] + CallSiteRow.bars(rows)
  }

  private func cacheLines(_ profile: AllocationProfile) -> [RowText.Line] {
    let rows = CallSiteRow.sums(contexts, in: profile) { $0.cache }
    return [.heading("Caches")]
      + rows.prefix(CallSiteRow.mostLines).map { name, figures in
        .figure(
          name,
          "\(NumberFormat.count(figures.allocObjects)) allocated, \(NumberFormat.count(figures.liveObjects)) live")
      } + CallSiteRow.rest(rows.count)
  }

  /// Returns the comparison of the profile with the kernel's own number of objects of the call site's caches; none for other sources.
  private func countLines(_ profile: AllocationProfile, _ caches: [CacheSnapshot]) -> [RowText.Line] {
    let names = Set(contexts.filter(profile.contexts.indices.contains).map { profile.contexts[$0].cache })
    let lines = caches.filter { names.contains($0.name) }.compactMap { cache in
      cache.traffic?.reconciliation.map { reconciliation in
        RowText.Line.figure(
          cache.name,
          "\(NumberFormat.range(reconciliation.liveSinceStart)) of \(NumberFormat.range(reconciliation.profiledLive)) "
            + "profiled objects are live, the others are unseen frees")
      }
    }
    return lines.isEmpty ? [] : [.heading("The kernel's own count, of all call sites of the cache")] + lines
  }

  /// Returns the call stacks with the most live bytes, each with the callers of the call site below each other; none if no stacks are
  /// recorded.
  private func stackLines(_ profile: AllocationProfile) -> [RowText.Line] {
    var stacks: [[String]: AllocationFigures] = [:]
    for index in contexts where profile.contexts.indices.contains(index) && profile.contexts[index].stack.count > 1 {
      stacks[profile.contexts[index].stack, default: AllocationFigures()].add(profile.figures[index])
    }
    let sorted = stacks.sorted {
      ($1.value.liveBytes, $1.value.allocObjects, $0.key.joined()) < (
        $0.value.liveBytes, $0.value.allocObjects, $1.key.joined()
      )
    }
    return sorted.prefix(CallSiteRow.mostStacks).enumerated().flatMap { number, stack -> [RowText.Line] in
      [
        .heading("Call stack \(number + 1) of \(sorted.count)"),
        .figure(
          "allocated, live",
          "\(NumberFormat.count(stack.value.allocObjects)) objects, \(NumberFormat.bytes(stack.value.liveBytes)) in "
            + "\(NumberFormat.count(stack.value.liveObjects)) objects"),
      ] + stack.key.map { .sentence($0) }
    }
  }

  private var cpuLines: [RowText.Line] {
    [
      .heading("CPUs"),
      .figure(
        "remote frees",
        "\(NumberFormat.count(figures.remoteFrees)), "
          + "\(NumberFormat.percent(figures.remoteFrees, of: figures.freeObjects)) of the frees"),
    ]
  }

  private func pinLines(_ slabs: [MachineDetails.PinnedSlab]) -> [RowText.Line] {
    let pinned = slabs.compactMap { slab in
      slab.pins.first { $0.isLive && $0.site == name }.map { (slab: slab, pin: $0) }
    }
    guard !pinned.isEmpty else { return [] }
    return [.heading("Nearly empty slabs that its objects pin")]
      + pinned.prefix(CallSiteRow.mostLines).map { slab, pin in
        let age = pin.ageMicroseconds.map { ", allocated \(NumberFormat.duration(microseconds: $0)) ago" } ?? ""
        return .figure("\(pin.cache) \(slab.name)", "\(slab.objectsInUse) of \(slab.objects) in use\(age)")
      } + CallSiteRow.rest(pinned.count)
  }

  /// Largest number of sizes, caches and slabs in the popup.
  private static let mostLines = 16

  /// Largest number of call stacks in the popup.
  private static let mostStacks = 5

  /// Returns a line with the number of entries that are left out.
  private static func rest(_ count: Int) -> [RowText.Line] {
    count > mostLines ? [.sentence("and \(count - mostLines) more")] : []
  }

  private static func bars(_ rows: [(name: String, figures: AllocationFigures)]) -> [RowText.Line] {
    RowText.Line.bars(rows.prefix(mostLines).map { (label: $0.name, count: $0.figures.allocObjects) })
      + rest(rows.count)
  }

  /// Returns the sums of contexts that have the same name, in descending order of allocated objects.
  private static func sums(
    _ contexts: [Int], in profile: AllocationProfile, name: (AllocationContext) -> String
  ) -> [(name: String, figures: AllocationFigures)] {
    var sums: [String: AllocationFigures] = [:]
    for index in contexts where profile.contexts.indices.contains(index) {
      sums[name(profile.contexts[index]), default: AllocationFigures()].add(profile.figures[index])
    }
    return sums.map { (name: $0.key, figures: $0.value) }.sorted {
      ($1.figures.allocObjects, $0.name) < ($0.figures.allocObjects, $1.name)
    }
  }
}

extension AllocationFigures {
  /// Bytes and percentage of the allocated bytes that were not requested.
  var roundingText: String {
    NumberFormat.bytes(allocBytes - requestedBytes) + ", "
      + NumberFormat.percent(allocBytes - requestedBytes, of: allocBytes)
  }

  /// Histogram of lifetimes, for a popup.
  var lifetimeLines: [RowText.Line] {
    let heading = RowText.Line.heading("Freed objects by lifetime")
    guard let first = lifetimes.buckets.firstIndex(where: { $0 > 0 }) else {
      return [heading, .sentence("No object was freed yet.")]
    }
    return [heading]
      + RowText.Line.bars(
        lifetimes.buckets[first...].enumerated().map { offset, count in
          let bucket = first + offset
          let start = bucket == 0 ? 0 : 1 << (bucket - 1)
          return (label: "from " + NumberFormat.duration(microseconds: start), count: count)
        })
  }
}
