/// Profile as the JSON object of a .slabprofile file, without its version, which is the first key of the file.
struct ProfileDocument: Codable {
  var sources: [ProfileSource]
  var hasClock: Bool
  var roundsSkbDataSizes: Bool
  var contexts: [ProfileRecord]
  var allocObjectsByCPU: [Int]
  var freesByCPU: [[Int]]
  var failedAllocations: Int
  var unmatchedFrees: Int
  var sizes: [Int]
  /// In the order of ``contexts``; nil if it is not known.
  var liveObjectsAtPeak: [Int]?
  var peaksAreUpperBounds: Bool
  var moments: [Moment]

  /// Moment of a profile. Contexts and sizes without objects are left out, because most contexts have no live object at most
  /// moments.
  struct Moment: Codable {
    /// Hexadecimal digits: many readers of JSON round numbers of 64 bits.
    var rank: String
    var microseconds: Int
    var events: Int
    /// Indices of the contexts that have live objects, ascending.
    var contexts: [Int]
    /// Live objects of these contexts.
    var liveObjects: [Int32]
    /// Indices of the sizes that had live objects since the previous moment, ascending.
    var sizes: [Int]
    /// Largest numbers of live objects of these sizes.
    var peakObjects: [Int32]

    private enum CodingKeys: String, CodingKey {
      case rank, microseconds, events, contexts, sizes
      case liveObjects = "live_objects"
      case peakObjects = "peak_objects"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case sources, contexts, sizes, moments
    case hasClock = "has_clock"
    case roundsSkbDataSizes = "rounds_skb_data_sizes"
    case allocObjectsByCPU = "alloc_objects_by_cpu"
    case freesByCPU = "frees_by_cpu"
    case failedAllocations = "failed_allocations"
    case unmatchedFrees = "unmatched_frees"
    case liveObjectsAtPeak = "live_objects_at_peak"
    case peaksAreUpperBounds = "peaks_are_upper_bounds"
  }
}

extension ProfileDocument {
  /// Creates the document of a profile.
  init(_ profile: AllocationProfile) {
    sources = profile.sources
    (hasClock, roundsSkbDataSizes) = (profile.hasClock, profile.roundsSkbDataSizes)
    contexts = zip(profile.contexts, profile.figures).map { ProfileRecord($0, $1) }
    allocObjectsByCPU = profile.allocObjectsByCPU
    freesByCPU = profile.freesByCPU
    (failedAllocations, unmatchedFrees) = (profile.failedAllocations, profile.unmatchedFrees)
    sizes = profile.sizes
    liveObjectsAtPeak = profile.liveObjectsAtPeak
    peaksAreUpperBounds = profile.peaksAreUpperBounds
    moments = profile.moments.map(Moment.init)
  }

  /// Returns the profile.
  func profile() throws(ProfileProblem) -> AllocationProfile {
    var profile = AllocationProfile()
    profile.sources = sources
    (profile.hasClock, profile.roundsSkbDataSizes) = (hasClock, roundsSkbDataSizes)
    for (index, record) in contexts.enumerated() {
      profile.contexts.append(try record.context(at: "contexts[\(index)]"))
      profile.figures.append(try record.figures(at: "contexts[\(index)]"))
    }
    profile.allocObjectsByCPU = allocObjectsByCPU
    profile.freesByCPU = freesByCPU
    (profile.failedAllocations, profile.unmatchedFrees) = (failedAllocations, unmatchedFrees)
    profile.sizes = sizes
    profile.liveObjectsAtPeak = liveObjectsAtPeak
    profile.peaksAreUpperBounds = peaksAreUpperBounds
    for (index, moment) in moments.enumerated() {
      profile.moments.append(
        try moment.moment(contexts: contexts.count, sizes: sizes.count, at: "moments[\(index)]"))
    }
    return profile
  }
}

extension ProfileDocument.Moment {
  fileprivate init(_ moment: ProfiledMoment) {
    rank = String(moment.rank, radix: 16)
    (microseconds, events) = (moment.microseconds, moment.events)
    contexts = moment.liveObjects.indices.filter { moment.liveObjects[$0] != 0 }
    liveObjects = contexts.map { moment.liveObjects[$0] }
    sizes = moment.peakObjectsBySize.indices.filter { moment.peakObjectsBySize[$0] != 0 }
    peakObjects = sizes.map { moment.peakObjectsBySize[$0] }
  }

  fileprivate func moment(contexts count: Int, sizes sizeCount: Int, at place: String) throws(ProfileProblem)
    -> ProfiledMoment
  {
    guard rank.first != "+", let rank = UInt64(rank, radix: 16) else {
      throw ProfileProblem("\(place).rank", expected: "at most 16 hexadecimal digits", found: "other text")
    }
    return ProfiledMoment(
      rank: rank, microseconds: microseconds, events: events,
      liveObjects: try row(contexts, liveObjects, count: count, "\(place).contexts", "\(place).live_objects"),
      peakObjectsBySize: try row(sizes, peakObjects, count: sizeCount, "\(place).sizes", "\(place).peak_objects"))
  }

  /// Returns a list of `count` numbers from those that are not 0.
  private func row(
    _ indices: [Int], _ numbers: [Int32], count: Int, _ place: String, _ numbersPlace: String
  ) throws(ProfileProblem) -> [Int32] {
    guard indices.count == numbers.count else {
      throw ProfileProblem(numbersPlace, expected: "\(indices.count) numbers", found: "\(numbers.count)")
    }
    var (row, last) = ([Int32](repeating: 0, count: count), -1)
    for (index, number) in zip(indices, numbers) {
      guard index > last, index < count else {
        throw ProfileProblem(place, expected: "ascending numbers from 0 to \(count - 1)", found: "\(index)")
      }
      row[index] = number
      last = index
    }
    return row
  }
}
