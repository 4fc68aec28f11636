extension ProfileRecord {
  /// Returns the context of the record.
  /// - Parameter place: Place of the record in the file.
  func context(at place: String) throws(ProfileProblem) -> AllocationContext {
    AllocationContext(
      site: try value(site, "a string", place, .site), stack: stack ?? [],
      cache: try value(cache, "a string", place, .cache),
      isGeneral: try value(isGeneral, "true or false", place, .isGeneral),
      requestedBytes: try count(requestedBytes, place, .requestedBytes),
      allocatedBytes: try count(allocatedBytes, place, .allocatedBytes), usedBytes: usedBytes)
  }

  /// Returns the figures of the record.
  /// - Parameter place: Place of the record in the file.
  func figures(at place: String) throws(ProfileProblem) -> AllocationFigures {
    var figures = AllocationFigures()
    figures.allocObjects = try count(allocObjects, place, .allocObjects)
    figures.allocBytes = try count(allocBytes, place, .allocBytes)
    figures.requestedBytes = try count(allocRequestedBytes, place, .allocRequestedBytes)
    figures.freeObjects = try count(freeObjects, place, .freeObjects)
    figures.remoteFrees = try count(remoteFrees, place, .remoteFrees)
    figures.unseenFrees = try count(unseenFrees, place, .unseenFrees)
    figures.liveObjects = try count(liveObjects, place, .liveObjects)
    figures.liveBytes = try count(liveBytes, place, .liveBytes)
    figures.liveRequestedBytes = try count(liveRequestedBytes, place, .liveRequestedBytes)
    figures.liveObjectMicroseconds = try count(liveObjectMicroseconds, place, .liveObjectMicroseconds)
    figures.peakLiveObjects = peakLiveObjects
    figures.lifetimes = try histogram(lifetimes, place, .lifetimes)
    figures.ages = try histogram(ages, place, .ages)
    return figures
  }

  private func histogram(
    _ object: [String: Int]?, _ place: String, _ key: CodingKeys
  ) throws(ProfileProblem) -> LifetimeHistogram {
    var buckets = [Int](repeating: 0, count: LifetimeHistogram.bucketCount)
    for (number, count) in try value(object, "an object", place, key) {
      guard let bucket = Int(number), buckets.indices.contains(bucket) else {
        throw ProfileProblem(
          "\(place).\(key.rawValue)", expected: "keys from 0 to \(buckets.count - 1)", found: "'\(number)'")
      }
      buckets[bucket] = count
    }
    return LifetimeHistogram(buckets)
  }

  private func count(_ count: Int?, _ place: String, _ key: CodingKeys) throws(ProfileProblem) -> Int {
    try value(count, "a whole number", place, key)
  }

  private func value<Value>(
    _ value: Value?, _ expected: String, _ place: String, _ key: CodingKeys
  ) throws(ProfileProblem) -> Value {
    guard let value else { throw ProfileProblem("\(place).\(key.rawValue)", expected: expected, found: "nothing") }
    return value
  }
}
