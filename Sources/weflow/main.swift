print("weflow")
