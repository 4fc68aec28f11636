extension BootParametersAdvice {
  private enum CodingKeys: String, CodingKey {
    case trials, advised
    case recommendsNoChange = "best_left"
    case withSettings = "with_settings"
    case merging = "slab_nomerge"
    case cachesOfUnexplainedOrder = "caches_of_unexplained_order"
  }

  /// Encodes all trials and the recommendation.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(trials, forKey: .trials)
    try object.encode(advised == nil, forKey: .recommendsNoChange)
    try object.encode(advised, forKey: .advised)
    try object.encode(withSettings, forKey: .withSettings)
    try object.encode(merging, forKey: .merging)
    try object.encode(cachesOfUnexplainedOrder, forKey: .cachesOfUnexplainedOrder)
  }
}

extension BootParametersAdvice.Trial {
  private enum CodingKeys: String, CodingKey {
    case searched, caches
    case commandLine = "command_line"
    case heldOut = "held_out"
    case isWorthwhile = "worthwhile"
  }

  /// Encodes the figures and the text for the kernel's command line.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(commandLine, forKey: .commandLine)
    try object.encode(searched, forKey: .searched)
    try object.encode(heldOut, forKey: .heldOut)
    try object.encode(isWorthwhile, forKey: .isWorthwhile)
    try object.encode(caches, forKey: .caches)
  }
}

extension BootParametersAdvice.Merging: Encodable {
  private enum CodingKeys: String, CodingKey {
    case state
    case mergedCaches = "merged_caches"
  }

  /// Encodes `state` (`unknown`, `none` or `merged`) and, if caches are merged, the number of caches merged into each.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .unknown: try object.encode("unknown", forKey: .state)
    case .none: try object.encode("none", forKey: .state)
    case .merged(let caches):
      try object.encode("merged", forKey: .state)
      try object.encode(caches, forKey: .mergedCaches)
    }
  }
}
