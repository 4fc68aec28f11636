extension AllocationProfile {
  /// Largest sum of a figure in a file. JSON readers that compute with floating-point numbers represent it exactly, and sums over a
  /// thousand profiles do not overflow.
  static let maximumSum = 1 << 53
  /// Largest sum of the time that objects were live in a file, in object-microseconds.
  static let maximumLiveTime = 1 << 60
  /// Largest size of an object in a file, in bytes.
  static let maximumSize = 1 << 40
  /// Largest number of CPUs in a file.
  static let maximumCPUs = 1 << 16

  /// Checks that the profile is consistent, has no negative count, and that no sum over it overflows.
  func check() throws(ProfileProblem) {
    try checkSources()
    try checkContexts()
    try checkSums()
    try checkCPUs()
    try checkPeaks()
    try checkMoments()
    for (key, count) in [("failed_allocations", failedAllocations), ("unmatched_frees", unmatchedFrees)] {
      try check(count, key)
    }
  }

  private func checkSources() throws(ProfileProblem) {
    var (events, microseconds) = (Total("events of all sources"), Total("microseconds of all sources"))
    for (index, source) in sources.enumerated() {
      try check(source.events, "sources[\(index)].events")
      try check(source.microseconds, "sources[\(index)].microseconds")
      if let lost = source.lostEvents { try check(lost, "sources[\(index)].lost_events") }
      guard source.beganAt?.isFinite ?? true, abs(source.beganAt ?? 0) <= Double(AllocationProfile.maximumSum) else {
        throw ProfileProblem(
          "sources[\(index)].began_at", expected: "seconds since 1970", found: "a number that is too large")
      }
      try events.add(source.events)
      try microseconds.add(source.microseconds)
    }
  }

  private func checkContexts() throws(ProfileProblem) {
    for (index, context) in contexts.enumerated() {
      let place = "contexts[\(index)]"
      try check(context.requestedBytes, "\(place).requested_bytes", atMost: AllocationProfile.maximumSize)
      try check(context.allocatedBytes, "\(place).allocated_bytes", atMost: AllocationProfile.maximumSize)
      if let used = context.usedBytes {
        try check(used, "\(place).used_bytes", atMost: AllocationProfile.maximumSize)
      }
      guard index == 0 || contexts[index - 1] < context else {
        throw ProfileProblem(
          place, expected: "a context that comes after the previous one in the order of call site, cache and sizes",
          found: "one that is equal or comes before it")
      }
    }
    for (index, size) in sizes.enumerated() {
      try check(size, "sizes[\(index)]", atMost: AllocationProfile.maximumSize)
      guard index == 0 || sizes[index - 1] < size else {
        throw ProfileProblem("sizes[\(index)]", expected: "ascending sizes", found: "\(size)")
      }
    }
  }

  private func checkSums() throws(ProfileProblem) {
    let counts: [(key: String, value: KeyPath<AllocationFigures, Int>)] = [
      ("alloc_objects", \.allocObjects), ("alloc_bytes", \.allocBytes), ("alloc_requested_bytes", \.requestedBytes),
      ("free_objects", \.freeObjects), ("remote_frees", \.remoteFrees), ("unseen_frees", \.unseenFrees),
      ("live_objects", \.liveObjects), ("live_bytes", \.liveBytes), ("live_requested_bytes", \.liveRequestedBytes),
      ("live_object_us", \.liveObjectMicroseconds),
    ]
    for (key, value) in counts {
      let isTime = key == "live_object_us"
      var total = Total("\(key) of all contexts")
      if isTime { total.limit = AllocationProfile.maximumLiveTime }
      for (index, figures) in figures.enumerated() {
        try check(figures[keyPath: value], "contexts[\(index)].\(key)", atMost: total.limit)
        try total.add(figures[keyPath: value])
      }
    }
    var peaks = Total("peak_live_objects of all contexts")
    for (index, figures) in figures.enumerated() {
      guard let peak = figures.peakLiveObjects else { continue }
      try check(peak, "contexts[\(index)].peak_live_objects")
      try peaks.add(peak)
    }
    let histograms: [(key: String, value: KeyPath<AllocationFigures, LifetimeHistogram>)] = [
      ("lifetime_log2_us", \.lifetimes), ("age_log2_us", \.ages),
    ]
    for (key, histogram) in histograms {
      var total = Total("\(key) of all contexts")
      for (index, figures) in figures.enumerated() {
        for count in figures[keyPath: histogram].buckets {
          try check(count, "contexts[\(index)].\(key)")
          try total.add(count)
        }
      }
    }
  }

  private func checkCPUs() throws(ProfileProblem) {
    var (objects, frees) = (Total("alloc_objects_by_cpu"), Total("frees_by_cpu"))
    for (key, cpus) in [("alloc_objects_by_cpu", allocObjectsByCPU.count), ("frees_by_cpu", freesByCPU.count)] {
      guard cpus <= AllocationProfile.maximumCPUs else {
        throw ProfileProblem(key, expected: "at most \(AllocationProfile.maximumCPUs) CPUs", found: "\(cpus)")
      }
    }
    for (cpu, count) in allocObjectsByCPU.enumerated() {
      try check(count, "alloc_objects_by_cpu[\(cpu)]")
      try objects.add(count)
    }
    for (cpu, row) in freesByCPU.enumerated() {
      guard row.count == freesByCPU.count else {
        throw ProfileProblem(
          "frees_by_cpu[\(cpu)]", expected: "\(freesByCPU.count) numbers, one for each CPU", found: "\(row.count)")
      }
      for (other, count) in row.enumerated() {
        try check(count, "frees_by_cpu[\(cpu)][\(other)]")
        try frees.add(count)
      }
    }
  }

  private func checkPeaks() throws(ProfileProblem) {
    guard let liveObjectsAtPeak else { return }
    guard liveObjectsAtPeak.count == contexts.count else {
      throw ProfileProblem(
        "live_objects_at_peak", expected: "\(contexts.count) numbers, one for each context",
        found: "\(liveObjectsAtPeak.count)")
    }
    var bytes = Total("bytes of live_objects_at_peak")
    for (index, count) in liveObjectsAtPeak.enumerated() {
      try check(count, "live_objects_at_peak[\(index)]")
      try bytes.add(count, times: contexts[index].largestSize)
    }
  }

  private func checkMoments() throws(ProfileProblem) {
    guard moments.count <= AllocationProfile.momentCount else {
      throw ProfileProblem(
        "moments", expected: "at most \(AllocationProfile.momentCount) moments", found: "\(moments.count)")
    }
    for (index, moment) in moments.enumerated() {
      let place = "moments[\(index)]"
      try check(moment.microseconds, "\(place).microseconds")
      try check(moment.events, "\(place).events")
      guard
        index == 0
          || (moments[index - 1].rank, moments[index - 1].microseconds) <= (moment.rank, moment.microseconds)
      else {
        throw ProfileProblem(place, expected: "moments in the order of their ranks", found: "another order")
      }
      var (live, peaks) = (Total("bytes of \(place).live_objects"), Total("bytes of \(place).peak_objects"))
      for (count, context) in zip(moment.liveObjects, contexts) where count != 0 {
        try check(Int(count), "\(place).live_objects")
        try live.add(Int(count), times: context.largestSize)
      }
      for (count, size) in zip(moment.peakObjectsBySize, sizes) where count != 0 {
        try check(Int(count), "\(place).peak_objects")
        try peaks.add(Int(count), times: size)
      }
    }
  }

  private func check(_ count: Int, _ place: String, atMost limit: Int = AllocationProfile.maximumSum)
    throws(ProfileProblem)
  {
    guard (0...limit).contains(count) else {
      throw ProfileProblem(place, expected: "a number from 0 to \(limit)", found: "\(count)")
    }
  }
}

extension AllocationContext {
  /// Largest of the sizes in bytes, at least 1.
  fileprivate var largestSize: Int { max(requestedBytes, allocatedBytes, usedBytes ?? 0, 1) }
}

/// Sum of numbers that are not negative, with a limit.
private struct Total {
  let place: String
  var limit = AllocationProfile.maximumSum
  private var sum = 0

  init(_ place: String) { self.place = place }

  mutating func add(_ number: Int, times factor: Int = 1) throws(ProfileProblem) {
    let (product, overflows) = number.multipliedReportingOverflow(by: factor)
    guard !overflows, product <= limit, sum + product <= limit else {
      throw ProfileProblem("the sum of the \(place)", expected: "at most \(limit)", found: "more")
    }
    sum += product
  }
}
