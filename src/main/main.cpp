/// The program `latchkey`.
#include "main/commands.hpp"

int main(int argc, char** argv) {
    return latchkey::run_command(argc, argv);
}
