extension Snapshot: Codable {
  /// Encodes the figures that the source knows; the keys of the others are absent.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    if !workload.isEmpty { try object.encode(workload, forKey: .workload) }
    if !policy.isEmpty { try object.encode(policy, forKey: .policy) }
    if !notes.isEmpty { try object.encode(notes, forKey: .notes) }
    try object.encodeIfPresent(source, forKey: .source)
    if !listsAllCaches { try object.encode(false, forKey: .listsAllCaches) }
    try object.encode(knowsRequestedBytes, forKey: .knowsRequestedBytes)
    for (key, path, figure) in Snapshot.integerKeys {
      try object.encodeIfPresent(self[known: path, figure], forKey: key)
    }
    for (key, path) in Snapshot.optionalIntegerKeys { try object.encodeIfPresent(self[keyPath: path], forKey: key) }
    try object.encodeIfPresent(self[known: \.ledger, .ledger], forKey: .ledger)
    try object.encodeIfPresent(
      self[known: \.pageBlocksFreeByOrder, .pageBlocksFreeByOrder], forKey: .pageBlocksFreeByOrder)
    try object.encode(caches, forKey: .caches)
    try object.encodeIfPresent(generalCaches, forKey: .generalCaches)
  }

  /// Decodes an object that ``encode(to:)`` wrote. Figures whose keys are absent are unknown.
  package init(from decoder: any Decoder) throws {
    self.init()
    let object = try decoder.container(keyedBy: CodingKeys.self)
    workload = try object.decodeIfPresent(String.self, forKey: .workload) ?? ""
    policy = try object.decodeIfPresent(String.self, forKey: .policy) ?? ""
    notes = try object.decodeIfPresent([String].self, forKey: .notes) ?? []
    listsAllCaches = try object.decodeIfPresent(Bool.self, forKey: .listsAllCaches) ?? true
    source = try object.decodeIfPresent(String.self, forKey: .source)
    knowsRequestedBytes = try object.decodeIfPresent(Bool.self, forKey: .knowsRequestedBytes) ?? false
    for (key, path, figure) in Snapshot.integerKeys {
      self[known: path, figure] = try object.decodeIfPresent(Int.self, forKey: key)
    }
    for (key, path) in Snapshot.optionalIntegerKeys {
      self[keyPath: path] = try object.decodeIfPresent(Int.self, forKey: key)
    }
    self[known: \.ledger, .ledger] = try object.decodeIfPresent(ByteLedger.self, forKey: .ledger)
    self[known: \.pageBlocksFreeByOrder, .pageBlocksFreeByOrder] = try object.decodeIfPresent(
      [Int].self, forKey: .pageBlocksFreeByOrder)
    caches = try object.decode([CacheSnapshot].self, forKey: .caches)
    generalCaches = try object.decodeIfPresent([GeneralCacheSnapshot].self, forKey: .generalCaches)
  }

  private static var integerKeys: [(CodingKeys, WritableKeyPath<Snapshot, Int>, FigureSet)] {
    [
      (.memoryBytes, \.memoryBytes, .memoryBytes), (.pageBytes, \.pageBytes, .pageBytes), (.cpus, \.cpus, .cpus),
      (.timeMicroseconds, \.timeMicroseconds, .time),
    ]
  }

  private static var optionalIntegerKeys: [(CodingKeys, WritableKeyPath<Snapshot, Int?>)] {
    [
      (.events, \.events), (.largeObjects, \.largeObjects), (.largeBytes, \.largeBytes),
      (.unbackedFreePages, \.unbackedFreePages), (.injectedFailures, \.injectedFailures),
      (.failedAllocations, \.failedAllocations), (.badFrees, \.badFrees), (.inferredFrees, \.inferredFrees),
      (.objectsMoved, \.objectsMoved), (.pagesReturnedByShuffler, \.pagesReturnedByShuffler),
      (.unseenFreeObjects, \.unseenFreeObjects), (.unseenFreeBytes, \.unseenFreeBytes),
      (.unknownUseBytes, \.unknownUseBytes), (.knownUseObjects, \.knownUseObjects),
      (.unknownUseObjects, \.unknownUseObjects), (.repeatedWalks, \.repeatedWalks),
      (.inconsistentLists, \.inconsistentLists), (.kernelSlabBytes, \.kernelSlabBytes),
      (.kernelSlabBytesNotReplayed, \.kernelSlabBytesNotReplayed),
    ]
  }
}
