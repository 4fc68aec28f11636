import Settings
import Testing

@testable import Sweeps

@Suite struct PlanTests {
  @Test func aPlanIsTheCrossProductOfItsLists() throws {
    let plan = try SweepPlan(
      toml: """
        inputs = ["burst", "x.slabtrace"]
        policies = ["hemment", "linux"]
        memory = ["64M", "1.5G"]
        pressure = [0, 50]
        seeds = [1, 2, 3]
        events = 20000
        """, file: "plans/mine.toml")
    #expect(plan.name == "mine" && plan.cellCount == 2 * 2 * 2 * 2 * 3)
    #expect(plan.memoryBytes == [64 << 20, 3 << 29] && plan.limit == .events(20000) && !plan.startsEmpty)
    #expect(plan.path(of: "x.slabtrace") == "plans/x.slabtrace" && plan.path(of: "burst") == "burst")
    #expect(plan.path(of: "/a/x.slabtrace") == "/a/x.slabtrace")
  }

  @Test func omittedKeysHaveDefaults() throws {
    let plan = try SweepPlan(toml: "inputs = [\"burst\"]", file: "p.toml")
    #expect(plan.policies == ["hemment", "linux", "linux-sheaves", "power-of-two", "one-and-a-half"])
    #expect(plan.memoryBytes.isEmpty && plan.pressures == [0] && plan.seeds == [1] && plan.limit == nil)
    #expect(plan.cellCount == 5 && plan.path(of: "x.slabtrace") == "x.slabtrace")
  }

  @Test(arguments: [
    ("inputs = [\"burst\"]\nsedes = [1]", "p.toml:2: unknown key 'sedes'; did you mean 'seeds'?"),
    ("seeds = [1]", "p.toml: 'inputs' is missing"),
    ("inputs = []", "p.toml:1: 'inputs' is missing"),
    ("inputs = [\"burst\"]\nmemory = [\"64Q\"]", "p.toml:2: 'memory' takes sizes such as \"64M\"; entry 1 is '64Q'"),
    ("inputs = [\"burst\"]\nmemory = [\"64M\", \"1K\"]", "p.toml:2: entry 2 of 'memory'"),
    ("inputs = [\"burst\"]\npressure = [100]", "p.toml:2: 'pressure' takes whole numbers from 0 to 99"),
    ("inputs = [\"burst\"]\nseeds = [-1]", "p.toml:2: 'seeds' takes whole numbers from 0"),
    ("inputs = [\"burst\"]\nseeds = []", "p.toml:2: 'seeds' is empty"),
    ("inputs = [\"burst\"]\nseeds = [7, 3, 7]", "p.toml:2: entries 1 and 3 of 'seeds' are equal"),
    ("inputs = [\"burst\"]\npolicies = []", "p.toml:2: 'policies' is empty"),
    ("inputs = [\"burst\", \"-\"]", "p.toml:1: entry 2 of 'inputs' is standard input"),
    ("inputs = [\"burst\"]\nevents = 5\nseconds = 1", "p.toml:3: 'events' and 'seconds' exclude each other"),
    ("inputs = [\"burst\"", "p.toml:1: not TOML"),
  ])
  func anErrorNamesFileLineAndRemedy(toml: String, message: String) {
    let error = #expect(throws: SettingsError.self) { try SweepPlan(toml: toml, file: "p.toml") }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  @Test func tooManyCellsAreRefused() {
    let numbers = (0..<1001).map(String.init).joined(separator: ", ")
    let error = #expect(throws: SettingsError.self) {
      try SweepPlan(
        toml:
          "inputs = [\"burst\"]\npolicies = [\"linux\"]\nseeds = [\(numbers)]\nmemory = [\((0..<1000).map { "\"\($0 + 4)M\"" }.joined(separator: ", "))]",
        file: "p.toml")
    }
    #expect(error?.problem.contains("expected at most 1000000") == true)
  }
}
