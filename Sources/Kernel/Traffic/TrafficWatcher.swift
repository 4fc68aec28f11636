import FoundationEssentials
import Glibc
package import Profiles
import Recordings

/// Traffic of the running kernel, counted in the kernel by a BPF program (Program/slab_traffic.bpf.c), which stops when the object is
/// destroyed.
///
/// Creating a watcher takes about 0.2 s: it reads the kernel's symbols, and measures the rate of events to choose the sampling.
package final class TrafficWatcher: KernelTraffic {
  package private(set) var status = TrafficStatus(method: .bpf)

  #if BPF
    private let program: TrafficProgram
    private let options: TrafficOptions
    private let symbols: KernelSymbols
    private let cacheNames: Set<String>
    private let name = ProcessInfo.processInfo.hostName
    private let beganAt: Double
    private let start: UInt64
    private var tally = TrafficTally()
    /// Counters of all contexts at the last reading, and the buffer of the next one.
    private var words: [UInt32] = [], newWords: [UInt32] = []
    /// Sums before the start.
    private let initial: (sums: TrafficSums, allocationsByCPU: [Int], misses: Int)
    private var sums = TrafficSums()
    private var allocationsByCPU: [Int] = []
    /// Frees by allocating and freeing CPU at the last reading, and multiplied by the sampling.
    private var rawFreesByCPU: [[Int]] = [], freesByCPU: [[Int]] = []
    private var unmatchedFrees = 0
    /// Objects that the last update has read, and the time of that update in nanoseconds.
    private var followed: (objects: [FollowedObject], time: UInt64) = ([], 0)
    /// Result of the last update; nil until it is asked for.
    private var built: (profile: AllocationProfile, indices: [Int?])?
    private var builtBalances: [String: CacheTraffic]?
    /// Begin of the measurement of the programs' cost, or end of the last one, in nanoseconds; the programs' time and the number of
    /// events then.
    private var measurement: (time: UInt64, nanoseconds: UInt64, allocations: Int, events: Int) = (0, 0, 0, 0)

    /// Time of the last estimate of the cost in nanoseconds, and the sums of allocations and of events then.
    private var latest: (time: UInt64, allocations: Int, events: Int)

    /// Seconds between two measurements of the cost of the programs, and the least duration of a measurement.
    private static let measurementInterval = 10.0, leastMeasurement = 0.2
    /// Least seconds between two estimates of the cost, so that a short burst does not make the sampling sparser.
    private static let leastEstimate = 0.5
    /// Duration of the first measurement of the rate of events in microseconds.
    private static let calibrationMicroseconds: UInt32 = 100_000

    /// Loads and attaches the program.
    /// - Throws: `TrafficError`.
    package convenience init(_ options: TrafficOptions = TrafficOptions()) throws(TrafficError) {
      try self.init(options, capacity: nil, symbols: KernelSymbols(kallsyms: KernelFile.bytes("/proc/kallsyms") ?? []))
    }

    /// Loads and attaches the program with maps of given sizes; nil for those that suit the machine.
    init(
      _ options: TrafficOptions, capacity: TrafficProgram.Capacity?, symbols: KernelSymbols
    ) throws(TrafficError) {
      (self.options, self.symbols) = (options, symbols)
      let slabinfo = KernelFile.text("/proc/slabinfo")?.split(separator: "\n").dropFirst(2) ?? []
      cacheNames = Set(slabinfo.compactMap { line in line.split(separator: " ").first.map(String.init) })
      program = try TrafficProgram(recordsStacks: options.recordsStacks, capacity: capacity)
      let shift = TrafficWatcher.firstShift(program, options)
      let (sums, byCPU) = program.sums()
      initial = (sums, byCPU, Int(clamping: program.runTime.counters.misses))
      (start, beganAt) = (CPUBuffers.now(), Date().timeIntervalSince1970)
      latest = (start, 0, 0)
      try program.setSampling(shift: shift)
      tally.setShift(shift)
      (status.sampling, status.kernelBytes, status.hasSymbols) = (1 << shift, program.kernelBytes, !symbols.isEmpty)
      beginMeasurement(at: start)
    }

    /// Measures the rate of events and returns the first sampling shift.
    private static func firstShift(_ program: TrafficProgram, _ options: TrafficOptions) -> Int {
      if let sampling = options.sampling { return max(1, sampling).trailingZeroBitCount }
      let (before, begin) = (program.sums().0, CPUBuffers.now())
      usleep(calibrationMicroseconds)
      let (after, end) = (program.sums().0, CPUBuffers.now())
      let (allocations, frees) = (after.allocations - before.allocations, after.frees - before.frees)
      return SamplingChoice.shift(
        events: allocations + frees, allocations: allocations, seconds: Double(end - begin) / 1e9,
        cpus: ProcessInfo.processInfo.activeProcessorCount, maximumPercent: options.maximumOverheadPercent)
    }

    package func update(readsObjects: Bool) throws(TrafficError) {
      let now = CPUBuffers.now()
      try readContexts()
      readSums(at: now)
      if readsObjects {
        var objects: [FollowedObject] = []
        try program.forEachObject { objects.append($0) }
        followed = (objects, CPUBuffers.now())
      } else {
        followed = ([], now)
      }
      tally.endReading(microseconds: Int(now - start) / 1000, events: status.events)
      (built, builtBalances) = (nil, nil)
      try adapt(at: now)
    }

    package var profile: AllocationProfile { current.profile }

    package var objects: [WatchedObject] {
      let indices = current.indices
      return followed.objects.compactMap { object in
        guard object.context < indices.count, let index = indices[object.context] else { return nil }
        return WatchedObject(
          address: object.address, context: index, ageMicroseconds: Int(age(of: object)), cpu: object.cpu)
      }
    }

    package var balances: [String: CacheTraffic] {
      if let builtBalances { return builtBalances }
      let balances = tally.balances
      builtBalances = balances
      return balances
    }

    /// The profile up to the last update, which is made when it is asked for.
    private var current: (profile: AllocationProfile, indices: [Int?]) {
      if let built { return built }
      var ages = [LifetimeHistogram](repeating: LifetimeHistogram(), count: tally.names.count)
      for object in followed.objects where object.context < ages.count {
        ages[object.context].add(microseconds: age(of: object), count: 1 << tally.shift)
      }
      let source = ProfileSource(
        name: name, beganAt: beganAt, events: status.events, microseconds: tally.microseconds,
        lostEvents: status.missedEvents + sums.withoutContext)
      var ofProfile = sums
      ofProfile.unmatchedFrees = unmatchedFrees
      let result = tally.profile(
        source: source, ages: ages, sums: ofProfile, allocationsByCPU: allocationsByCPU, freesByCPU: freesByCPU)
      built = result
      return result
    }

    /// Returns the age of an object in microseconds.
    private func age(of object: FollowedObject) -> UInt64 {
      followed.time > object.born ? (followed.time - object.born) / 1000 : 0
    }

    // MARK: Reading

    private func readContexts() throws(TrafficError) {
      let count = program.contextCount
      while tally.names.count < count {
        // The program may be about to complete the record.
        guard let record = program.record(tally.names.count) else { break }
        tally.addContext(context(of: record))
      }
      let known = tally.names.count
      try program.readCounts(known, into: &newWords)
      let size = TrafficCounts.bytes / 4 * BPFMap.possibleCPUs
      for number in 0..<known {
        let range = number * size..<(number + 1) * size
        guard range.upperBound <= newWords.count else { break }
        let before = range.upperBound <= words.count ? words[range] : []
        let counts = TrafficCounts(newWords[range], since: before)
        if !counts.isZero { tally.add(counts, to: number) }
      }
      swap(&words, &newWords)
    }

    private func readSums(at now: UInt64) {
      let before = sums.unmatchedFrees
      let (all, byCPU) = program.sums()
      sums = all
      sums.allocations -= initial.sums.allocations
      sums.frees -= initial.sums.frees
      sums.failedAllocations -= initial.sums.failedAllocations
      allocationsByCPU = byCPU.enumerated().map {
        $1 - ($0 < initial.allocationsByCPU.count ? initial.allocationsByCPU[$0] : 0)
      }
      unmatchedFrees += (sums.unmatchedFrees - before) << tally.shift
      readFrees()
      status.events = sums.allocations + sums.frees
      status.seconds = Double(now - start) / 1e9
      status.failedAllocations = sums.failedAllocations
      status.objectsNotFollowed = sums.notFollowed
      status.allocationsWithoutContext = sums.withoutContext
      status.unmatchedFrees = unmatchedFrees
      status.missedEvents = Int(clamping: program.runTime.counters.misses) - initial.misses
    }

    private func readFrees() {
      let new = (0..<BPFMap.possibleCPUs).map { program.frees(ofCPU: $0) }
      if freesByCPU.isEmpty {
        rawFreesByCPU = new.map { $0.map { _ in 0 } }
        freesByCPU = rawFreesByCPU
      }
      for (cpu, row) in new.enumerated() where row.count == freesByCPU[cpu].count {
        for other in row.indices { freesByCPU[cpu][other] += (row[other] - rawFreesByCPU[cpu][other]) << tally.shift }
      }
      rawFreesByCPU = new
    }

    /// Returns the context of a record, with the names of the kernel.
    private func context(of record: TrafficRecord) -> AllocationContext {
      let site = symbol(record.site)
      var stack: [String] = []
      if let number = record.stack {
        // The innermost frames are those of the tracepoint and of the allocator.
        let addresses = program.stack(number)
        stack = addresses[(addresses.firstIndex(of: record.site) ?? 0)...].map(symbol)
      }
      let cache: String
      if let kind = record.kind {
        cache = GeneralCacheName.name(of: kind, bytes: record.allocatedBytes, known: cacheNames)
      } else {
        cache = record.cacheName.isEmpty ? AllocationContext.unknownCache : record.cacheName
      }
      return AllocationContext(
        site: site, stack: stack, cache: cache, isGeneral: record.kind != nil, requestedBytes: record.requestedBytes,
        allocatedBytes: record.allocatedBytes, usedBytes: record.usedBytes)
    }

    private func symbol(_ address: UInt64) -> String {
      symbols.name(of: address) ?? "0x" + String(address, radix: 16)
    }

    // MARK: Cost

    private func beginMeasurement(at now: UInt64) {
      program.runTime.isMeasuring = true
      measurement = (now, program.runTime.counters.nanoseconds, sums.allocations, status.events)
      status.isOverheadEstimated = !program.runTime.isMeasuring
    }

    /// Returns the share of the time of all CPUs that the programs took since the begin of the measurement, in percent, and ends the
    /// measurement; nil if none is under way or it is too short.
    private func endMeasurement(at now: UInt64) -> Double? {
      let seconds = Double(now - measurement.time) / 1e9
      guard seconds >= TrafficWatcher.leastMeasurement else { return nil }
      let nanoseconds: Double
      if program.runTime.isMeasuring {
        nanoseconds = Double(program.runTime.counters.nanoseconds - measurement.nanoseconds)
        program.runTime.isMeasuring = false
      } else if status.isOverheadEstimated {
        nanoseconds = SamplingChoice.nanoseconds(
          events: status.events - measurement.events, allocations: sums.allocations - measurement.allocations,
          shift: tally.shift)
      } else {
        return nil
      }
      (measurement.time, measurement.allocations, measurement.events) = (now, sums.allocations, status.events)
      return nanoseconds / 1e9 / seconds / Double(ProcessInfo.processInfo.activeProcessorCount) * 100
    }

    /// Measures the cost of the programs from time to time, and follows fewer objects if it is too high or the map of objects is
    /// nearly full.
    private func adapt(at now: UInt64) throws(TrafficError) {
      let overhead = endMeasurement(at: now)
      if let overhead { status.overheadPercent = overhead }
      if Double(now - measurement.time) / 1e9 >= TrafficWatcher.measurementInterval { beginMeasurement(at: now) }
      guard options.sampling == nil else { return }
      var shift = SamplingChoice.nextShift(
        tally.shift, overheadPercent: overhead, maximumPercent: options.maximumOverheadPercent,
        load: Double(tally.followedObjects) / Double(program.capacity.objects))
      // A load that has just begun is not measured yet: its cost is estimated.
      let seconds = Double(now - latest.time) / 1e9
      if seconds >= TrafficWatcher.leastEstimate {
        let last = latest
        latest = (now, sums.allocations, status.events)
        let estimated = SamplingChoice.shift(
          events: status.events - last.events, allocations: sums.allocations - last.allocations, seconds: seconds,
          cpus: ProcessInfo.processInfo.activeProcessorCount,
          maximumPercent: options.maximumOverheadPercent)
        shift = max(shift, estimated)
      }
      if shift != tally.shift { try follow(oneIn: shift) }
    }

    /// Follows one object in 2^`shift` from now on, and removes the others.
    private func follow(oneIn shift: Int) throws(TrafficError) {
      // The next deltas contain a few events from before this time. They count as if they were after it.
      try program.setSampling(shift: shift)
      tally.setShift(shift)
      var dropped: [FollowedObject] = []
      try program.forEachObject { object in
        if !FollowedObject.isChosen(object.address, shift: shift) { dropped.append(object) }
      }
      for object in dropped where program.remove(object.address) { tally.drop(from: object.context) }
      followed.objects.removeAll { !FollowedObject.isChosen($0.address, shift: shift) }
      status.sampling = 1 << shift
      (built, builtBalances) = (nil, nil)
      // The cost at the new sampling is measured at once.
      beginMeasurement(at: CPUBuffers.now())
    }
  #else
    package var profile: AllocationProfile { .empty }
    package var objects: [WatchedObject] { [] }
    package var balances: [String: CacheTraffic] { [:] }

    /// - Throws: `TrafficError.notBuiltIn`.
    package init(_ options: TrafficOptions = TrafficOptions()) throws(TrafficError) { throw .notBuiltIn }

    package func update(readsObjects: Bool) throws(TrafficError) {}
  #endif
}
