import Profiles

extension FleetLeakReport: Encodable {
  private enum Key: String, CodingKey {
    case suspects, hosts, seconds, conclusion
    case leakFound = "leak_found"
    case suspectHosts = "suspect_hosts"
    case shortHosts = "hosts_not_judged"
    case judged = "judged_series"
    case followsLoad = "follows_load"
    case fillingUp = "filling_up"
    case hostsWithoutLoad = "hosts_without_load"
  }
  private enum SuspectKey: String, CodingKey {
    case cache, site, hosts
    case growthBytesPerHour = "growth_bytes_per_hour"
    case presentOn = "present_on_hosts"
    case isWidespread = "is_widespread"
  }
  private enum HostKey: String, CodingKey {
    case instance, job, verdict, monotony
    case growthBytesPerHour = "growth_bytes_per_hour"
    case growthObjects = "growth_objects"
    case liveObjects = "live_objects"
    case loadCorrelation = "load_correlation"
  }

  /// Encodes the report. Figures that are not known are absent.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(!suspects.isEmpty, forKey: .leakFound)
    try object.encode(conclusion, forKey: .conclusion)
    try object.encode(hosts, forKey: .hosts)
    try object.encode(shortHosts, forKey: .shortHosts)
    try object.encode(seconds, forKey: .seconds)
    try object.encode(judged, forKey: .judged)
    try object.encode(followsLoad, forKey: .followsLoad)
    try object.encode(fillingUp, forKey: .fillingUp)
    try object.encode(hostsWithoutLoad, forKey: .hostsWithoutLoad)
    try object.encode(suspectHosts.map(\.instance), forKey: .suspectHosts)
    var list = object.nestedUnkeyedContainer(forKey: .suspects)
    for suspect in suspects {
      var row = list.nestedContainer(keyedBy: SuspectKey.self)
      try row.encode(suspect.cache, forKey: .cache)
      try row.encodeIfPresent(suspect.site, forKey: .site)
      try row.encode(suspect.growthBytesPerHour.rounded(), forKey: .growthBytesPerHour)
      try row.encode(suspect.presentOn, forKey: .presentOn)
      try row.encode(suspect.isWidespread, forKey: .isWidespread)
      var hosts = row.nestedUnkeyedContainer(forKey: .hosts)
      for host in suspect.hosts {
        var row = hosts.nestedContainer(keyedBy: HostKey.self)
        try row.encode(host.host.instance, forKey: .instance)
        try row.encode(host.host.job, forKey: .job)
        try row.encode(host.verdict.rawValue, forKey: .verdict)
        try row.encode(host.growthBytesPerHour.rounded(), forKey: .growthBytesPerHour)
        try row.encode(host.growthObjects, forKey: .growthObjects)
        try row.encode(host.liveObjects, forKey: .liveObjects)
        try row.encode((host.tau * 1e6).rounded() / 1e6, forKey: .monotony)
        try row.encodeIfPresent(host.loadCorrelation.map { ($0 * 1e6).rounded() / 1e6 }, forKey: .loadCorrelation)
      }
    }
  }
}
