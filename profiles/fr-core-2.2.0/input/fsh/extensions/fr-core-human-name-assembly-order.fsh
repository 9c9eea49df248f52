Extension: FRCoreAssemblyOrderExtension
Id: fr-core-human-name-assembly-order
Title: "Order of the name"
Description: "In which order the parts of the name are put together."
Context: HumanName
* value[x] 1..
* value[x] only code
* value[x] from $name-assembly-order|4.0.1 (required)
